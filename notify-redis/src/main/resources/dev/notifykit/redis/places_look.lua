-- The places of a user.
--
-- KEYS     1 the places
-- ARGV     1 milliseconds to add to the clock
-- Answers  the time, then for each token its digest and its place

--@include device_rules

local answer = { string.format('%.0f', device_now(ARGV[1])) }
for i, part in ipairs(redis.call('HGETALL', KEYS[1])) do
  answer[i + 1] = part
end
return answer
