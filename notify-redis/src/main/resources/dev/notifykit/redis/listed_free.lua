-- Takes a token that is not registered off the list.
--
-- KEYS     1 the token, 2 the list of its bucket
-- ARGV     1 its place on the list
-- Answers  DONE: it is not on the list, or it is registered

if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
end
return { 'DONE' }
