-- Says what was frozen when a fleet first used this prefix, and freezes it when nobody has. Settings in which an instance differs from its fleet are
-- found here, before it stores anything.
--
-- KEYS[1]  what is frozen: a hash with the name of the fleet in "fleet", drawn at random, and each setting under its own name
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  what the fleet is called if it begins with this call; empty: it does not, this is only a look
-- ARGV[3]… name and value of each setting of the asker
-- Answers  OK, the clock in milliseconds, the name of the fleet, and the frozen value of each setting in the same order, empty where none is;
--          NONE and the clock, when there is no fleet and this was only a look; !DAMAGED
-- Repeated it answers the same: the fleet has the name of the first call.

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1]))
local names = { 'fleet' }
for i = 3, #ARGV, 2 do
  names[#names + 1] = ARGV[i]
end
if redis.call('EXISTS', KEYS[1]) == 0 then
  if ARGV[2] == '' then
    return { 'NONE', now }
  end
  redis.call('HSET', KEYS[1], 'fleet', ARGV[2], unpack(ARGV, 3))
end
local known = redis.call('HMGET', KEYS[1], unpack(names))
if not known[1] or known[1] == '' then
  return { '!DAMAGED' }
end
local missing = {}
for i = 2, #names do
  local mine = ARGV[2 * i]
  if not known[i] then
    missing[#missing + 1] = names[i]
    missing[#missing + 1] = mine
  elseif known[i] ~= mine then
    ARGV[2] = '' -- nothing is added by whoever does not belong here
  end
end
if ARGV[2] ~= '' and #missing > 0 then
  redis.call('HSET', KEYS[1], unpack(missing)) -- a setting that the fleet's first build did not have
  known = redis.call('HMGET', KEYS[1], unpack(names))
end
local answer = { 'OK', now }
for i = 1, #names do
  answer[#answer + 1] = known[i] or ''
end
return answer
