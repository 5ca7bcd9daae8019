-- Takes off what a user is not in any more, unless a call under way may just be about to make it so.
--
-- KEYS     1 the subscriptions of a user
-- ARGV     1 milliseconds to add to the clock, 2 after how many milliseconds no call is under way any more, -1: none is;
--          then subscriptions
-- Answers  how many of them are left

--@include topic_rules

local now = topic_now(ARGV[1])
local left = 0
for i = 3, #ARGV do
  local made = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if made and (ARGV[2] == '-1' or tonumber(made) + tonumber(ARGV[2]) < now) then
    redis.call('ZREM', KEYS[1], ARGV[i])
  elseif made then
    left = left + 1
  end
end
return { left }
