-- Says when a topic ends.
--
-- KEYS     1 the topic, 2 the list of ends
-- ARGV     1 milliseconds to add to the clock, 2 digest, 3 after how many milliseconds it ends, '' for never
-- Answers  DONE; NONE: it is not there; !DAMAGED, !FORMAT

--@include topic_rules

local known, damage = topic_read(KEYS[1])
if damage then
  return { damage }
end
local now = topic_now(ARGV[1])
if not known or topic_has_ended(known, now) then
  return { 'NONE' }
end
local ends = ARGV[3] == '' and 0 or now + tonumber(ARGV[3])
redis.call('SETRANGE', KEYS[1], 10, struct.pack('>I6', ends))
if ends > 0 then
  redis.call('ZADD', KEYS[2], topic_number(ends), ARGV[2] .. known.generation)
else
  redis.call('ZREM', KEYS[2], ARGV[2] .. known.generation)
end
return { 'DONE' }
