-- Creates a topic, unless it is there.
--
-- KEYS     1 the topic, 2 the list of topics, 3 the list of ends
-- ARGV     1 milliseconds to add to the clock, 2 generation, 3 digest, 4 name, 5 after how many milliseconds it ends, '' for never
-- Answers  CREATED, also when it was done before, or KNOWN; and what is known of it; !DAMAGED, !FORMAT

--@include topic_rules

local known, damage = topic_read(KEYS[1])
if damage then
  return { damage }
end
if known and known.generation == ARGV[2] then
  return { 'CREATED', known.value }
end
local now = topic_now(ARGV[1])
if known and not topic_has_ended(known, now) then
  return { 'KNOWN', known.value }
end
local ends = ARGV[5] == '' and 0 or now + tonumber(ARGV[5])
local value = '\1t' .. ARGV[2] .. struct.pack('>I6', ends) .. ARGV[4]
redis.call('SET', KEYS[1], value)
redis.call('ZADD', KEYS[2], 0, ARGV[3] .. ARGV[4])
if ends > 0 then
  redis.call('ZADD', KEYS[3], topic_number(ends), ARGV[3] .. ARGV[2])
end
return { 'CREATED', value }
