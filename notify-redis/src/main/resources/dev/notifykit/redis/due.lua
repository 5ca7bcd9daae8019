-- What of a sorted set by times is due.
--
-- KEYS     1 the sorted set
-- ARGV     1 milliseconds to add to the clock, 2 how many at most
-- Answers  the time, then members and their times, the earliest first

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1]))
local answer = { now }
for i, part in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'WITHSCORES', 'LIMIT', 0, ARGV[2])) do
  answer[i + 1] = part
end
return answer
