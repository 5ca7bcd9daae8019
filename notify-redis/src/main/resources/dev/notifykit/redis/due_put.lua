-- Puts somebody on a list of those who are due one day.
--
-- KEYS     1 the sorted set
-- ARGV     1 milliseconds to add to the clock, 2 whom, 3 in how many milliseconds
-- Answers  DONE

local time = redis.call('TIME')
local due = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1]) + tonumber(ARGV[3])
redis.call('ZADD', KEYS[1], string.format('%.0f', due), ARGV[2])
return { 'DONE' }
