-- Removes members of one part of a topic.
--
-- KEYS     1 the members
-- ARGV     positions
-- Answers  DONE

for _, position in ipairs(ARGV) do
  redis.call('ZREMRANGEBYLEX', KEYS[1], '[' .. position, '(' .. position .. '\255')
end
return { 'DONE' }
