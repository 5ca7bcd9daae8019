-- Takes a partition that nobody owns, or its owner again. Repeated with the same nonce it grants the same lease. Works without free memory.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  a nonce, made up for each call
-- ARGV[3]  for how many milliseconds
-- ARGV[4]  who takes it
-- Answers  OK and the fence; NONE when another's lease runs; !FORMAT, !DAMAGED

--@include queue_rules

local known = redis.call('HMGET', KEYS[1], 'v', 'fc', 'f', 'l', 'w')
local version, count, fence, lease_end, owner = unpack(known)
if version and version ~= QUEUE_FORMAT then
  return { string.find(version, '^%d+$') and '!FORMAT' or '!DAMAGED' }
elseif not version and redis.call('EXISTS', KEYS[1]) == 1 or version and not (tonumber(count) and tonumber(lease_end or 0)) then
  return { '!DAMAGED' }
end
if fence and string.match(fence, '%-(.*)$') == ARGV[2] then
  return { 'OK', fence }
end
local now = queue_now(ARGV[1])
if fence and owner ~= ARGV[4] and now < tonumber(lease_end or 0) then
  return { 'NONE' }
end
queue_allow_oom()
count = queue_text(tonumber(count or 0) + 1)
fence = count .. '-' .. ARGV[2]
redis.call('HSET', KEYS[1],
  'v', QUEUE_FORMAT, 'fc', count, 'f', fence, 'l', queue_text(now + tonumber(ARGV[3])), 'w', ARGV[4])
return { 'OK', fence }
