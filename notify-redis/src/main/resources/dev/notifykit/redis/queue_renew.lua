-- Keeps a partition. Works without free memory.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  the fence, and how many steps the owner knows of
-- ARGV[3]  for how many milliseconds from now
-- Answers  OK; FENCED; !FORMAT, !DAMAGED

--@include queue_rules

local refusal = queue_refusal(ARGV[2])
if refusal then
  return refusal
end
queue_allow_oom()
redis.call('HSET', KEYS[1], 'l', queue_text(queue_now(ARGV[1]) + tonumber(ARGV[3])))
return { 'OK' }
