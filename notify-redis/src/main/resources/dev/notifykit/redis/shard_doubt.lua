-- Raises the bound on duplicates. Works without free memory.
--
-- KEYS[1]  the shard, see shard_rules
-- ARGV[1]  the fence, and how many steps the owner knows of
-- ARGV[2]  the call: made up for each, and the same when it is repeated
-- ARGV[3]  by how many
-- Answers  OK and, when something was changed, how many steps these are now; FENCED; !FORMAT, !DAMAGED

--@include shard_rules

local refusal = shard_refusal(ARGV[1])
if refusal then
  return refusal
end
local known = redis.call('HMGET', KEYS[1], 'd', 'di')
local before = tonumber(known[1] or 0)
if not before then
  return { '!DAMAGED' }
elseif known[2] ~= ARGV[2] then
  shard_allow_oom()
  redis.call('HSET', KEYS[1], 'd', shard_text(before + tonumber(ARGV[3])), 'di', ARGV[2])
  return { 'OK', shard_step() }
end
return { 'OK' }
