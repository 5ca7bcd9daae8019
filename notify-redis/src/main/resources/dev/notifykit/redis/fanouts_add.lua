-- Puts a fan-out on the list of those that have not ended, or moves it to the list's end. It comes to the list before it is stored, and again after
-- that: an entry without a fan-out is dropped one day, a fan-out without an entry would never be worked on.
--
-- KEYS[1]  the list: a sorted set of ids by the microsecond in which they came
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  the id
-- ARGV[3]  1: an entry that is there already moves; 0: it stays where it is
-- Answers  OK

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2] + tonumber(ARGV[1]) * 1000)
if ARGV[3] == '1' then
  redis.call('ZADD', KEYS[1], now, ARGV[2])
else
  redis.call('ZADD', KEYS[1], 'NX', now, ARGV[2])
end
return { 'OK' }
