-- Notes that all shards of a fan-out have ended: from then on it lasts as long as an ended one is remembered. Noted again, it changes
-- nothing. Works without free memory.
--
-- KEYS[1]  the fan-out, see fanout_rules
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  its generation
-- ARGV[3]  for how many milliseconds it is remembered
-- Answers  OK; NONE, also when it is of another generation; !FORMAT, !DAMAGED

--@include fanout_rules

local known = redis.call('HMGET', KEYS[1], 'v', 'g', 'x')
local refusal = fanout_refusal(known[1])
if refusal then
  return refusal
elseif known[2] ~= ARGV[2] then
  return { 'NONE' }
end
redis.call('HDEL', KEYS[1], 'wait', '')
if not known[3] then
  local time = redis.call('TIME')
  redis.call('HSET', KEYS[1], 'x', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])))
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
elseif redis.call('PTTL', KEYS[1]) < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return { 'OK' }
