-- A page of the dead letters of a partition, in the order in which they came.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV[1]  the number of the letter before the page; 0: the first page
-- ARGV[2]  how many at most
-- Answers  OK, and for each its id, its number, itself; empty when it has no content

--@include queue_rules

local found = redis.call('ZRANGEBYSCORE', queue_key('dlo'), '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', '0', ARGV[2])
local answer, ids = { 'OK' }, {}
for i = 1, #found, 2 do
  ids[#ids + 1] = found[i]
end
local letters = queue_values(queue_key('dlq'), ids)
for i, id in ipairs(ids) do
  answer[#answer + 1] = id
  answer[#answer + 1] = queue_text(tonumber(found[2 * i]))
  answer[#answer + 1] = letters[i] or ''
end
return answer
