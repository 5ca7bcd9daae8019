-- Says that an instance takes part. Works without free memory.
--
-- KEYS[1]  the instances, a sorted set by the time at which they no longer count
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  the instance
-- ARGV[3]  for how many milliseconds
-- Answers  OK and how many take part

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[3])), ARGV[2])
return { 'OK', string.format('%.0f', redis.call('ZCARD', KEYS[1])) }
