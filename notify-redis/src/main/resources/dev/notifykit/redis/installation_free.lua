-- Forgets that an installation has a token, unless a registration under way has just given it that.
--
-- KEYS     1 the installation
-- ARGV     1 milliseconds to add to the clock, 2 digest of the token, 3 the mark under which it was given,
--          4 after how many milliseconds no registration is under way any more
-- Answers  DONE; !DAMAGED, !FORMAT

--@include device_rules

local value = redis.call('GET', KEYS[1])
if not value then
  return { 'DONE' }
end
local damage = device_damage(value, INSTALLATION_SIZE)
if damage then
  return { damage }
end
local token, mark, wrote = struct.unpack('>c16xxxxxxxxxxxxxxxxc8I6', value, 3)
if token == ARGV[2] and (mark == ARGV[3] or wrote + tonumber(ARGV[4]) < device_now(ARGV[1])) then
  redis.call('DEL', KEYS[1])
end
return { 'DONE' }
