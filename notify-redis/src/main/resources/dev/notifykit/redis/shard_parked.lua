-- Parked rows, those due first first; writes nothing.
--
-- KEYS[1]  the shard, see shard_rules
-- KEYS[2]  the parked rows' ids
-- KEYS[3]  the parked rows
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  the fence, and how many steps the owner knows of
-- ARGV[3]  1: also those whose time has not come
-- ARGV[4]  how many are passed over
-- ARGV[5]  how many at most
-- Answers  OK and the packed rows; FENCED; !FORMAT, !DAMAGED

--@include shard_rules

local refusal = shard_refusal(ARGV[2])
if refusal then
  return refusal
end
local until_when = ARGV[3] == '1' and '+inf' or shard_text(shard_now(ARGV[1]))
local ids = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', until_when, 'LIMIT', ARGV[4], ARGV[5])
local answer = { 'OK' }
if #ids > 0 then
  for i, row in ipairs(redis.call('HMGET', KEYS[3], unpack(ids))) do
    if not row then
      return { '!DAMAGED' }
    end
    answer[1 + i] = row
  end
end
return answer
