-- Gives up for good what has no members any more: a generation that ended so long ago that nobody who has not seen its end is under way.
--
-- KEYS     1 the topic, 2 the list of topics, 3 the list of ends
-- ARGV     1 milliseconds to add to the clock, 2 generation, 3 digest, 4 how many milliseconds that is
-- Answers  DONE, also when it was done before; LATER; !DAMAGED, !FORMAT

--@include topic_rules

local known, damage = topic_read(KEYS[1])
if damage then
  return { damage }
end
local ended = redis.call('ZSCORE', KEYS[3], ARGV[3] .. ARGV[2])
if not ended then
  return { 'DONE' }
end
if tonumber(ended) + tonumber(ARGV[4]) >= topic_now(ARGV[1]) then
  return { 'LATER' }
end
if known and known.generation == ARGV[2] then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[3] .. known.name)
end
redis.call('ZREM', KEYS[3], ARGV[3] .. ARGV[2])
return { 'DONE' }
