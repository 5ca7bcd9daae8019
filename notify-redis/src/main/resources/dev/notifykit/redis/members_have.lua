-- Which of some are members of one part of a topic.
--
-- KEYS     1 the members
-- ARGV     positions
-- Answers  for each 1 or 0

local answer = {}
for i, position in ipairs(ARGV) do
  answer[i] = #redis.call('ZRANGEBYLEX', KEYS[1], '[' .. position, '(' .. position .. '\255', 'LIMIT', 0, 1)
end
return answer
