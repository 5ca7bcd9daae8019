-- Registers a token, if it still is as the caller has seen it.
--
-- KEYS     1 the token, 2 the dead token, 3 all tokens of the bucket
-- ARGV     1 milliseconds to add to the clock, 2 the mark that the caller has seen, '' when it was free, 3 the caller's mark,
--          4 its place on the list, 5 registered at, 6 last seen, 7 packed device
-- Answers  DONE, also when it was done before; DEAD: it may not be registered as of this time; CHANGED; !DAMAGED, !FORMAT

--@include device_rules

local known, damage = token_read(KEYS[1])
local since, dead_damage = token_dead_since(KEYS[2])
if damage or dead_damage then
  return { damage or dead_damage }
end
if known and known.mark == ARGV[3] then
  return { 'DONE' }
end
if (known and known.mark or '') ~= ARGV[2] then
  return { 'CHANGED' }
end
local now = device_now(ARGV[1])
local registered, seen = math.min(tonumber(ARGV[5]), now), math.min(tonumber(ARGV[6]), now)
if since and registered <= since then
  return { 'DEAD' }
end
if known then
  registered, seen = math.max(registered, known.registered), math.max(seen, known.seen)
end
redis.call('SET', KEYS[1],
  '\1d' .. struct.pack('>I6I6I6', registered, seen, now) .. ARGV[3] .. ARGV[7])
redis.call('ZADD', KEYS[3], 0, ARGV[4])
redis.call('DEL', KEYS[2])
return { 'DONE' }
