-- Closes a page: what was saved of it is dropped.
--
-- KEYS[1]  the shard, see shard_rules
-- KEYS[2]  the page's packed rows
-- KEYS[3]  its marks
-- KEYS[4]  its intents
-- ARGV[1]  the fence, and how many steps the owner knows of
-- ARGV[2]  the page's number
-- Answers  OK and, when something was changed, how many steps these are now, also when it was closed before; NEVER when no such page was opened;
--          UNMARKED and how many rows are; FENCED;
--          !FORMAT, !DAMAGED

--@include shard_rules

local refusal = shard_refusal(ARGV[1])
if refusal then
  return refusal
end
local shard = redis.call('HMGET', KEYS[1], 'n', 'u' .. ARGV[2])
local next_page, unmarked = tonumber(shard[1] or ''), tonumber(shard[2] or '')
if not next_page or (shard[2] and not unmarked) then
  return { '!DAMAGED' }
elseif tonumber(ARGV[2]) < 0 or tonumber(ARGV[2]) >= next_page then
  return { 'NEVER' }
elseif unmarked and unmarked > 0 then
  return { 'UNMARKED', shard[2] }
end
redis.call('HDEL', KEYS[1], 'w' .. ARGV[2], 'u' .. ARGV[2])
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
return { 'OK', shard_step() }
