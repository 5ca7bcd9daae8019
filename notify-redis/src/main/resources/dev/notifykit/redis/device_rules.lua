-- What the scripts about devices have in common: this file is a part of them. The rules are those of
-- dev.notifykit.device.DeviceStore; RedisDeviceStore says how they hold although no script spans a token, an installation and a user.
--
-- A registered token is one string: version 1 and 'd', then as numbers of 6 bytes when it was registered, last seen and written,
-- in milliseconds; the mark of the call that wrote it, 8 bytes; and the packed device, which is opaque. A mark is drawn at random by each registration: whoever changes something compares it first.
-- A dead token is a string with a time to live: version 1, 'x', and since when it is dead.
-- An installation is one string: version 1 and 'i', the digests of its token and its user, 16 bytes each, the mark, and when it was written.
-- The places of a user are one hash: digest of a token → version 1, digest of its installation, the mark, when it was written, and
-- the digests of those that made place for it, so that a repetition knows them.

local TOKEN_HEAD = 28
local INSTALLATION_SIZE = 48
local PLACE_SIZE = 31

local function device_now(shift)
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(shift)
end

-- What is wrong with a value whose first byte is its version, if anything.
local function device_damage(value, shortest)
  local version = string.byte(value, 1) or 0
  if version > 1 and version < 32 then
    return '!FORMAT'
  end
  return (version ~= 1 or #value < shortest) and '!DAMAGED' or nil
end

local function token_read(key)
  local value = redis.call('GET', key)
  if not value then
    return nil
  end
  local damage = device_damage(value, TOKEN_HEAD)
  if damage or string.sub(value, 2, 2) ~= 'd' then
    return nil, damage or '!DAMAGED'
  end
  local registered, seen, wrote, mark = struct.unpack('>I6I6I6c8', value, 3)
  return { registered = registered, seen = seen, wrote = wrote, mark = mark, value = value }
end

local function token_dead_since(key)
  local value = redis.call('GET', key)
  if not value then
    return nil
  end
  local damage = device_damage(value, 8)
  if damage or string.sub(value, 2, 2) ~= 'x' then
    return nil, damage or '!DAMAGED'
  end
  return (struct.unpack('>I6', value, 3))
end
