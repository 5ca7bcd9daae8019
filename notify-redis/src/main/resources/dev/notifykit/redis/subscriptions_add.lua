-- Notes what a user is about to be in; who is in it already is noted anew.
--
-- KEYS     1 the subscriptions of a user
-- ARGV     1 milliseconds to add to the clock, 2 how many a user has at most; then subscriptions
-- Answers  for each 1, or 0 when there is no room for it

--@include topic_rules

local now = topic_number(topic_now(ARGV[1]))
local count = redis.call('ZCARD', KEYS[1])
local answer = {}
for i = 3, #ARGV do
  local known = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if known or count < tonumber(ARGV[2]) then
    count = count + (known and 0 or 1)
    redis.call('ZADD', KEYS[1], now, ARGV[i])
    answer[i - 2] = 1
  else
    answer[i - 2] = 0
  end
end
return answer
