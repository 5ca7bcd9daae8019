-- Takes somebody off a list of those who are due, unless the time was changed since the caller has seen it.
--
-- KEYS     1 the sorted set
-- ARGV     1 whom, 2 the time that the caller has seen
-- Answers  DONE

local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if due and tonumber(due) == tonumber(ARGV[2]) then
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return { 'DONE' }
