-- Says that an instance takes part no longer.
--
-- KEYS[1]  the instances, see queue_attend
-- ARGV[1]  the instance
-- Answers  OK

redis.call('ZREM', KEYS[1], ARGV[1])
return { 'OK' }
