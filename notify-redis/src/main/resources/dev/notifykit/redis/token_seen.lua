-- Notes a sign of life.
--
-- KEYS     1 the token
-- ARGV     1 milliseconds to add to the clock, 2 when
-- Answers  what is registered, or ''; !DAMAGED, !FORMAT

--@include device_rules

local known, damage = token_read(KEYS[1])
if not known then
  return { damage or '' }
end
local seen = math.min(tonumber(ARGV[2]), device_now(ARGV[1]))
if seen > known.seen then
  redis.call('SETRANGE', KEYS[1], 8, struct.pack('>I6', seen))
end
return { redis.call('GET', KEYS[1]) }
