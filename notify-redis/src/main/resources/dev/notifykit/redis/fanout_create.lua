-- Stores a new fan-out, unless its id is taken.
--
-- KEYS[1]  the fan-out, see fanout_rules
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  the call: made up for each, and the same when it is repeated
-- ARGV[3]  the packed spec
-- ARGV[4]  the packed descriptions of its shards
-- ARGV[5]  how many shards
-- ARGV[6]  the estimated total; empty: none
-- Answers  CREATED; KNOWN and the packed spec that has the id; !FORMAT, !DAMAGED. Refused by Redis when it is out of memory.

--@include fanout_rules

local known = redis.call('HMGET', KEYS[1], 'v', 'op', 'spec')
local refusal = fanout_refusal(known[1])
if not refusal then
  if known[2] == ARGV[2] then
    return { 'CREATED' }
  end
  return known[3] and { 'KNOWN', known[3] } or { '!DAMAGED' }
elseif refusal[1] ~= 'NONE' or redis.call('EXISTS', KEYS[1]) == 1 then
  return { refusal[1] == 'NONE' and '!DAMAGED' or refusal[1] }
end
local time = redis.call('TIME')
local generation = string.format('%.0f', time[1] * 1000000 + time[2] + tonumber(ARGV[1]) * 1000)
redis.call('HSET', KEYS[1],
  'v', FANOUT_FORMAT, 'g', generation, 'op', ARGV[2], 'spec', ARGV[3], 'sh', ARGV[4], 'n', ARGV[5])
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[1], 'est', ARGV[6])
end
return { 'CREATED' }
