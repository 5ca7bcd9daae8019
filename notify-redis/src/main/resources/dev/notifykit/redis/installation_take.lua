-- Gives an installation its token, if it still is as the caller has seen it.
--
-- KEYS     1 the installation
-- ARGV     1 milliseconds to add to the clock, 2 the mark that the caller has seen, '' when it was free, 3 the caller's mark,
--          4 digest of the token, 5 digest of the user
-- Answers  DONE, also when it was done before; CHANGED and what is known, or ''; !DAMAGED, !FORMAT

--@include device_rules

local value = redis.call('GET', KEYS[1])
local mark = ''
if value then
  local damage = device_damage(value, INSTALLATION_SIZE)
  if damage then
    return { damage }
  end
  mark = string.sub(value, 35, 42)
end
if mark == ARGV[3] then
  return { 'DONE' }
end
if mark ~= ARGV[2] then
  return { 'CHANGED', value or '' }
end
redis.call('SET', KEYS[1], '\1i' .. ARGV[4] .. ARGV[5] .. ARGV[3] .. struct.pack('>I6', device_now(ARGV[1])))
return { 'DONE' }
