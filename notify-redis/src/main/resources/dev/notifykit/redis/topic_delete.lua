-- Ends a topic, if it is the generation that the caller has seen. Its members are pruned later.
--
-- KEYS     1 the topic, 2 the list of topics, 3 the list of ends
-- ARGV     1 milliseconds to add to the clock, 2 generation, 3 digest
-- Answers  DONE: that generation has ended, now or already; !DAMAGED, !FORMAT

--@include topic_rules

local known, damage = topic_read(KEYS[1])
if damage then
  return { damage }
end
if known and known.generation == ARGV[2] then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[3] .. known.name)
  redis.call('ZADD', KEYS[3], topic_number(topic_now(ARGV[1])), ARGV[3] .. ARGV[2])
end
return { 'DONE' }
