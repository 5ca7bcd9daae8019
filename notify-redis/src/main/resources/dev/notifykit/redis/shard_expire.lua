-- Lets a shard of an ended fan-out expire, if it does not yet.
--
-- KEYS[1]  the shard, see shard_rules
-- ARGV[1]  the generation of its fan-out
-- ARGV[2]  in how many milliseconds
-- Answers  OK

--@include shard_rules

local known = redis.call('HMGET', KEYS[1], 'g', 'x')
if known[1] == ARGV[1] and known[2] and redis.call('PTTL', KEYS[1]) < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return { 'OK' }
