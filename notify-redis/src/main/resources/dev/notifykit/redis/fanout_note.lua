-- Notes what the host wants of a fan-out, or what it waits for. One that has ended, and one that is not known, stay as they are; a
-- cancellation is final. Works without free memory.
--
-- KEYS[1]  the fan-out, see fanout_rules
-- ARGV[1]  cmd or wait
-- ARGV[2]  the command, or + and the reason; empty: it waits for nothing any more
-- Answers  OK; NONE; !FORMAT, !DAMAGED

--@include fanout_rules

local known = redis.call('HMGET', KEYS[1], 'v', 'cmd', 'x')
local refusal = fanout_refusal(known[1])
if refusal then
  return refusal
end
if known[3] or (ARGV[1] == 'cmd' and known[2] == 'CANCEL') then
  return { 'OK' }
end
redis.call('HDEL', KEYS[1], '') -- changes nothing; but a script that has begun to write is not refused for want of memory
if ARGV[1] == 'cmd' then
  redis.call('HSET', KEYS[1], 'cmd', ARGV[2])
elseif ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], 'wait')
else
  redis.call('HSET', KEYS[1], 'wait', string.sub(ARGV[2], 2))
end
return { 'OK' }
