-- Some tokens of a bucket, in the order of their digests.
--
-- KEYS     1 all tokens of the bucket
-- ARGV     1 the digest after which to begin, '' at the start, 2 how many at most
-- Answers  how many the bucket has, then the digests

local answer = { redis.call('ZCARD', KEYS[1]) }
if ARGV[2] ~= '0' then
  local from = ARGV[1] == '' and '-' or '(' .. ARGV[1]
  for _, digest in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], from, '+', 'LIMIT', 0, ARGV[2])) do
    answer[#answer + 1] = digest
  end
end
return answer
