-- Ends a shard. The first word counts. Works without free memory.
--
-- KEYS[1]  the shard, see shard_rules
-- KEYS[2]  the parked rows' ids
-- ARGV[1]  the fence, and how many steps the owner knows of
-- ARGV[2]  how it ends
-- ARGV[3]  + and why; empty: no reason
-- Answers  OK and, when something was changed, how many steps these are now; LEFT, how many pages are open and how many rows are parked; FENCED;
--          !FORMAT, !DAMAGED

--@include shard_rules

local refusal = shard_refusal(ARGV[1])
if refusal then
  return refusal
end
local shard, open = shard_read(), 0
if shard.x then
  return { 'OK' }
end
for field in pairs(shard) do
  if string.find(field, '^w%d+$') then
    open = open + 1
  end
end
local parked = redis.call('ZCARD', KEYS[2])
if open > 0 or parked > 0 then
  return { 'LEFT', shard_text(open), shard_text(parked) }
end
shard_allow_oom()
redis.call('HSET', KEYS[1], 'x', ARGV[2])
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[1], 'xr', string.sub(ARGV[3], 2))
end
return { 'OK', shard_step() }
