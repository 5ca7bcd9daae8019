-- Takes a verdict on a token, if it still is as the caller has seen it.
--
-- KEYS     1 the token, 2 the dead token, 3 all tokens of the bucket
-- ARGV     1 milliseconds to add to the clock, 2 the mark that the caller has seen, '' when it was free, 3 its place on the list,
--          4 since when it is dead, 5 for how many milliseconds that is remembered
-- Answers  DONE: it is not registered, and dead; KEPT: it was registered later; CHANGED; !DAMAGED, !FORMAT

--@include device_rules

local known, damage = token_read(KEYS[1])
local before, dead_damage = token_dead_since(KEYS[2])
if damage or dead_damage then
  return { damage or dead_damage }
end
local since = math.min(tonumber(ARGV[4]), device_now(ARGV[1]))
if known and known.mark ~= ARGV[2] then
  return { 'CHANGED' }
end
if known and known.registered > since then
  return { 'KEPT' }
end
redis.call('SET', KEYS[2], '\1x' .. struct.pack('>I6', math.max(since, before or 0, 0)), 'PX', ARGV[5])
if known then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[3], ARGV[3])
end
return { 'DONE' }
