-- Takes a token its place, unless a registration under way has just given it that.
--
-- KEYS     1 the places
-- ARGV     1 milliseconds to add to the clock, 2 digest of the token, 3 the mark under which it was given,
--          4 after how many milliseconds no registration is under way any more
-- Answers  DONE; !DAMAGED, !FORMAT

--@include device_rules

local place = redis.call('HGET', KEYS[1], ARGV[2])
if not place then
  return { 'DONE' }
end
local damage = device_damage(place, PLACE_SIZE)
if damage then
  return { damage }
end
local mark, wrote = struct.unpack('>c8I6', place, 18)
if mark == ARGV[3] or wrote + tonumber(ARGV[4]) < device_now(ARGV[1]) then
  redis.call('HDEL', KEYS[1], ARGV[2])
end
return { 'DONE' }
