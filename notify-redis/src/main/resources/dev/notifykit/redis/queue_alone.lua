-- Notes that a started delivery runs alone. Works without free memory.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV[1]  the fence, and how many steps the owner knows of
-- ARGV[2]  the request's id
-- Answers  OK and how many steps these are now, or only OK when it is not started any more; FENCED; !FORMAT, !DAMAGED

--@include queue_rules

local refusal = queue_refusal(ARGV[1])
if refusal then
  return refusal
end
local record = redis.call('HGET', queue_key('s'), ARGV[2])
if record and #record > 8 then
  queue_allow_oom()
  local flags = string.byte(record, 2)
  redis.call('HSET', queue_key('s'), ARGV[2], string.sub(record, 1, 1) .. string.char(flags % 4 + 4) .. string.sub(record, 3))
  return { 'OK', queue_step() }
end
return { 'OK' }
