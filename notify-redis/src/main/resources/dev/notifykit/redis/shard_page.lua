-- An open page as it was saved; writes nothing.
--
-- KEYS[1]  the shard, see shard_rules
-- KEYS[2]  the page's packed rows
-- KEYS[3]  its marks
-- KEYS[4]  its intents
-- ARGV[1]  the fence, and how many steps the owner knows of
-- ARGV[2]  the page's number
-- Answers  OK, number of rows, packed rows, marks, intents; FENCED; !FORMAT, !DAMAGED

--@include shard_rules

local refusal = shard_refusal(ARGV[1])
if refusal then
  return refusal
end
local rows = tonumber(redis.call('HGET', KEYS[1], 'w' .. ARGV[2]) or '')
local manifest, marks = redis.call('GET', KEYS[2]), redis.call('GET', KEYS[3])
if not (rows and manifest and marks) or #marks ~= math.ceil(rows / 2) then
  return { '!DAMAGED' }
end
return { 'OK', shard_text(rows), manifest, marks, redis.call('GET', KEYS[4]) or '' }
