-- What the scripts about topics have in common: this file is a part of them. The rules are those of
-- dev.notifykit.topic.TopicStore; RedisTopicStore says how they hold although no script spans a topic, its members and a user.
--
-- A topic is one string: version 1 and 't'; 8 bytes that were drawn when it was created, its generation; when it ends, in milliseconds, as a
-- number of 6 bytes, 0 for never; and its name. The members of another generation are not its own.
-- A list of topics is a sorted set, all with score 0, of digests and names; a list of ends is one of digests and generations by when they
-- have ended or will.
-- Members are sorted sets, all with score 0, of position and packed member. What a user is in is one sorted set of digests and generations of topics, for
-- an installation followed by its digest, by when that was last subscribed.

local TOPIC_HEAD = 16

local function topic_now(shift)
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(shift)
end

local function topic_number(number)
  return string.format('%.0f', number)
end

-- What is stored, whether it has ended or not; or nil and what is wrong with it.
local function topic_read(key)
  local value = redis.call('GET', key)
  if not value then
    return nil
  end
  local version = string.byte(value, 1) or 0
  if version > 1 and version < 32 then
    return nil, '!FORMAT'
  end
  if version ~= 1 or #value <= TOPIC_HEAD or string.sub(value, 2, 2) ~= 't' then
    return nil, '!DAMAGED'
  end
  local generation, ends = struct.unpack('>c8I6', value, 3)
  return { generation = generation, ends = ends, name = string.sub(value, TOPIC_HEAD + 1), value = value }
end

local function topic_has_ended(topic, now)
  return topic.ends > 0 and topic.ends <= now
end
