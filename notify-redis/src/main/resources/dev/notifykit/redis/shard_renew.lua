-- Keeps a shard. Works without free memory.
--
-- KEYS[1]  the shard, see shard_rules
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  the fence, and how many steps the owner knows of
-- ARGV[3]  for how many milliseconds from now
-- Answers  OK; FENCED; !FORMAT, !DAMAGED

--@include shard_rules

local refusal = shard_refusal(ARGV[2])
if refusal then
  return refusal
end
shard_allow_oom()
redis.call('HSET', KEYS[1], 'l', shard_text(shard_now(ARGV[1]) + tonumber(ARGV[3])))
return { 'OK' }
