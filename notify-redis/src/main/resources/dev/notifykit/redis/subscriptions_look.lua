-- What a user is in, or may be.
--
-- KEYS     1 the subscriptions of a user
-- ARGV     1 milliseconds to add to the clock
-- Answers  the time, then subscriptions, each with when it was last made

--@include topic_rules

local answer = { topic_number(topic_now(ARGV[1])) }
for i, part in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')) do
  answer[i + 1] = part
end
return answer
