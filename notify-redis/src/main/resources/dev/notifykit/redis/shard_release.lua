-- Gives a shard back. Works without free memory.
--
-- KEYS[1]  the shard, see shard_rules
-- ARGV[1]  the fence, and how many steps the owner knows of
-- ARGV[2]  1: nothing of it is in flight; 0: nothing was done with the lease, so that all is as it was before it was granted
-- Answers  OK, also when it was lost before; !FORMAT, !DAMAGED

--@include shard_rules

local refusal = shard_refusal(ARGV[1])
if refusal then
  return { refusal[1] == 'FENCED' and 'OK' or refusal[1] }
end
if ARGV[2] == '1' or redis.call('HGET', KEYS[1], 'q') == '1' then
  redis.call('HDEL', KEYS[1], 'f', 'l', 'o')
else
  shard_allow_oom()
  redis.call('HSET', KEYS[1], 'l', '0')
end
return { 'OK' }
