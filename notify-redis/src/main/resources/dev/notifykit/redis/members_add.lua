-- Adds members of one part of a topic. Who is there stays as it is.
--
-- KEYS     1 the members
-- ARGV     positions and packed members, in turns
-- Answers  DONE

for i = 1, #ARGV, 2 do
  local position = ARGV[i]
  local there = redis.call('ZRANGEBYLEX', KEYS[1], '[' .. position, '(' .. position .. '\255', 'LIMIT', 0, 1)
  if #there == 0 then
    redis.call('ZADD', KEYS[1], 0, position .. ARGV[i + 1])
  end
end
return { 'DONE' }
