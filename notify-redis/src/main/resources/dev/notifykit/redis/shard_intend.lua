-- Announces attempts. A page that was closed needs none. Works without free memory.
--
-- KEYS[1]  the shard, see shard_rules
-- KEYS[2]  the page's intents
-- ARGV[1]  the fence, and how many steps the owner knows of
-- ARGV[2]  the page's number
-- ARGV[3]  on: the rows' indexes
-- Answers  OK and, when something was changed, how many steps these are now; NEVER when no such page was opened; INDEX when it has no such row;
--          FENCED; !FORMAT, !DAMAGED

--@include shard_rules

local refusal = shard_refusal(ARGV[1])
if refusal then
  return refusal
end
local shard = redis.call('HMGET', KEYS[1], 'n', 'w' .. ARGV[2])
local next_page, rows = tonumber(shard[1] or ''), tonumber(shard[2] or '')
if not next_page or (shard[2] and not rows) then
  return { '!DAMAGED' }
elseif tonumber(ARGV[2]) < 0 or tonumber(ARGV[2]) >= next_page then
  return { 'NEVER' }
elseif not rows then
  return { 'OK' }
end
for i = 3, #ARGV do
  if tonumber(ARGV[i]) >= rows then
    return { 'INDEX' }
  end
end
redis.call('STRLEN', KEYS[2]) -- before anything is written: its type
shard_allow_oom()
for i = 3, #ARGV do
  redis.call('SETBIT', KEYS[2], ARGV[i], 1)
end
return { 'OK', shard_step() }
