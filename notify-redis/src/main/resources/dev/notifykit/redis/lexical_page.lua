-- Some members of a sorted set whose scores are all the same, in the order of their bytes.
--
-- KEYS     1 the sorted set
-- ARGV     1 where to begin and 2 where to end, as ZRANGEBYLEX has it, 3 how many at most
-- Answers  how many members the set has, then some of them

local answer = { redis.call('ZCARD', KEYS[1]) }
if ARGV[3] ~= '0' then
  for _, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])) do
    answer[#answer + 1] = member
  end
end
return answer
