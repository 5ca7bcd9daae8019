-- Removes a token, if it still is as the caller has seen it.
--
-- KEYS     1 the token, 2 all tokens of the bucket
-- ARGV     1 the mark that the caller has seen, 2 its place on the list, 3 only if last seen before this time, or ''
-- Answers  DONE: it is not registered, now or already; CHANGED; SEEN: not before that time; !DAMAGED, !FORMAT

--@include device_rules

local known, damage = token_read(KEYS[1])
if not known then
  return { damage or 'DONE' }
end
if known.mark ~= ARGV[1] then
  return { 'CHANGED' }
end
if ARGV[3] ~= '' and known.seen >= tonumber(ARGV[3]) then
  return { 'SEEN' }
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[2])
return { 'DONE' }
