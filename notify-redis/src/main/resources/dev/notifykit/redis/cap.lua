-- A batch of calls about what devices got lately, in their order; each device's calls see those before them. All keys lie in one slot
-- where slots matter.
--
-- KEYS[i]      the places of the device of call i; a key may come more than once. A string: version 1 and 'c', how many places in 2
--              bytes, and for each, oldest first, the request in 16 bytes, the mark in 8, and when it was reserved, in milliseconds, in 6
-- ARGV[1]      milliseconds to add to the clock; 0 but in tests
-- ARGV[1 + i]  call i; most is 4 digits, window milliseconds in 13 digits, request and mark are bytes as above:
--                R<most><window><request><mark>   reserve
--                F<request><mark>                 refund
-- Answers      per call 1 or 0: whether there is a place now, whether one was given back; or what is wrong with its key: !WRONGTYPE,
--              !DAMAGED, !FORMAT (of a newer build). Such a call has no effect, and none on others.
--
-- Run again with the same arguments it reserves the same; a second refund answers 0.

local HEAD, PLACE = 4, 30

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])

local function read(key)
  local value = redis.pcall('GET', key)
  if type(value) == 'table' then
    return nil, '!WRONGTYPE'
  elseif not value then
    return {}
  end
  local version = string.byte(value, 1) or 0
  if version > 1 and version < 32 then
    return nil, '!FORMAT'
  elseif #value < HEAD or string.sub(value, 1, 2) ~= '\1c' or #value ~= HEAD + PLACE * struct.unpack('>I2', value, 3) then
    return nil, '!DAMAGED'
  end
  local places = {}
  for at = HEAD + 1, #value, PLACE do
    places[#places + 1] = string.sub(value, at, at + PLACE - 1)
  end
  return places
end

local function write(places)
  return '\1c' .. struct.pack('>I2', #places) .. table.concat(places)
end

-- The window begins anew with each reservation, and with it the time to live: the places before are over by then.
local function reserve(key, places, most, window, names)
  local request, kept, has = string.sub(names, 1, 16), {}, false
  for _, place in ipairs(places) do
    if string.sub(place, 1, 16) == request then
      has = now - struct.unpack('>I6', place, 25) < window or has
    elseif now - struct.unpack('>I6', place, 25) < window then
      kept[#kept + 1] = place
    end
  end
  if not has and #kept >= most then
    return '0'
  end
  kept[#kept + 1] = names .. struct.pack('>I6', now)
  redis.call('SET', key, write(kept), 'PX', string.format('%.0f', window))
  return '1'
end

local function refund(key, places, names)
  local kept = {}
  for _, place in ipairs(places) do
    if string.sub(place, 1, 24) ~= names then
      kept[#kept + 1] = place
    end
  end
  if #kept == #places then
    return '0'
  elseif #kept == 0 then
    redis.call('DEL', key)
  else
    redis.call('SET', key, write(kept), 'KEEPTTL')
  end
  return '1'
end

local function answer(key, call)
  local places, damage = read(key)
  if not places then
    return damage
  elseif string.sub(call, 1, 1) == 'R' then
    return reserve(key, places, tonumber(string.sub(call, 2, 5)), tonumber(string.sub(call, 6, 18)), string.sub(call, 19))
  end
  return refund(key, places, string.sub(call, 2))
end

local answers = {}
for i = 1, #KEYS do
  answers[i] = answer(KEYS[i], ARGV[1 + i])
end
return answers
