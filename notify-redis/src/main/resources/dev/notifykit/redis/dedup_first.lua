-- The two calls that most messages need, without taking anything apart: a claim of what nobody knows, and the complete confirm of a
-- first claim by its holder, with nothing else around. They do to the text what dedup_rules.lua, whose part this is, does to the parts.

-- names: owner, content and version, with spaces between.
local function dedup_first_claim(names, lease_end)
  return '1\nh1 ' .. names .. ' ' .. lease_end .. ' 0\n.'
end

local dedup_find, dedup_sub, dedup_byte = string.find, string.sub, string.byte

-- holder: the owner and a space. Nothing where it is not that simple.
local function dedup_first_confirm(value, holder)
  local first = dedup_find(value, '1\nh1 ' .. holder, 1, true) == 1
  local alone = first and dedup_find(value, '\n', 6, true) == #value - 1 and dedup_byte(value, -3) == 48
  if alone then
    return '1\nc' .. dedup_sub(value, 4, -19) .. ' 1 \n.' -- the lease's end and the flags take 18 characters
  end
  return nil
end

-- The same, for who knows what was claimed; names as there.
local function dedup_known_confirm(value, names)
  local claimed = '1\nh1 ' .. names .. ' '
  -- The lease's end, the flags and what ends the value take 17 characters.
  if #value == #claimed + 17 and dedup_byte(value, -3) == 48 and dedup_find(value, claimed, 1, true) == 1 then
    return '1\nc1 ' .. names .. ' 1 \n.'
  end
  return nil
end
