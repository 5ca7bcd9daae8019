-- Gives a partition back. Works without free memory.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV[1]  the fence, and how many steps the owner knows of
-- Answers  OK, also when it was lost before; !FORMAT, !DAMAGED

--@include queue_rules

local refusal = queue_refusal(ARGV[1])
if refusal then
  return { refusal[1] == 'FENCED' and 'OK' or refusal[1] }
end
redis.call('HDEL', KEYS[1], 'f', 'l', 'w')
return { 'OK' }
