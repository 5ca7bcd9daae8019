-- Looks a token up.
--
-- KEYS     1 the token, 2 the dead token
-- ARGV     1 milliseconds to add to the clock
-- Answers  what is registered, or ''; since when it is dead, or ''; the time. Or !DAMAGED, !FORMAT (of a newer build).

--@include device_rules

local known, damage = token_read(KEYS[1])
local since, dead_damage = token_dead_since(KEYS[2])
if damage or dead_damage then
  return { damage or dead_damage }
end
return { known and known.value or '', since and string.format('%.0f', since) or '', string.format('%.0f', device_now(ARGV[1])) }
