-- What the scripts of a queue's partition have in common; this file is a part of them.
--
-- KEYS[1] is the partition, a hash called <prefix>:{<partition>}:o; the names of all others are made of its own, so that they lie in one slot:
--   o             v the version of this format; fc how many leases were granted; f, l, w the lease: its fence (count and nonce), when it ends in
--                 milliseconds, whose it is, missing when it was given back; s how many steps owners have made; due the last fetch that has moved what was due
--   k             what is counted, a hash: n deliveries and messages that are here, b their bytes, made, d possible duplicates,
--                 zs what was put off ever, r<code> results, e<code> messages that ended unexpanded; bur letters that never were deliveries, lb the letters' bytes, ls letters ever
--   l             the names of the lanes' streams, a set
--   in            messages to be expanded, a stream of entries {v: message}
--   y, w          messages that are not due: a sorted set of ids by time, a hash
--   q:<lane>:<u>  deliveries of a lane and urgency, a stream of entries {v: delivery}; what is started stays in it
--   s             what is started, a hash by request id
--   z, m          deliveries that are not due: a sorted set of request ids by time, a hash of the lane's name and the delivery
--   g             messages with several targets, a hash: how many have no end, flags (1: one was not said, 2: one is or was a letter), those said
--   u:<nonce>     what a call that handed messages in has answered, for a minute, in case that it is repeated
--   op            the last replay or purge, and what it has answered
--   h             messages that are here and whose claims are over, a hash by owner: 1 for a correction or 0
--   dlq, dlo      dead letters: a hash by id, a sorted set of ids by the order in which they came
--   d:<digest>    what is known of a dedup key, see dedup_rules
--
-- A message is its time to live (6 bytes, in milliseconds) after the version of this format (1 byte), and what Java has packed. A delivery is the version,
-- the request's id (16), starts (1), flags (1: 1 several targets, 2 died alone), time to live (6), packed. A letter is the version, flags (1: 1
-- never was a delivery, 2 several targets), time to live (6), the length of its own part (4), that part, the packed delivery.

local QUEUE_FORMAT = '1'
local QUEUE_VERSION = '\1'
local QUEUE_TOGETHER = 1000
local MESSAGE_HEAD, DELIVERY_HEAD, LANE_NAME = 7, 25, 24

-- A claim has no end while its message is here; its key has one, so that nothing stays for ever. It begins anew whenever the message waits again.
local QUEUE_KEY_TTL = 31 * 24 * 3600 * 1000

local QUEUE_ANSWER_TTL = '60000'

local queue_base = string.sub(KEYS[1], 1, -2)

local function queue_key(name)
  return queue_base .. name
end

local function queue_now(shift)
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(shift)
end

-- A number as Redis keeps it: not in the form 1e+15.
local function queue_text(number)
  return string.format('%.0f', number)
end

local queue_steps = 0

-- Nothing when whoever shows this fence owns the partition, else what to answer. After the fence stands how many steps its owner knows of: when Redis
-- knows of fewer, it was rolled back by a failover or a crash, and its owner takes for done what is not. It has to begin anew.
local function queue_refusal(shown)
  local fence, steps = string.match(shown, '^(%S+) ?(%d*)$')
  local known = redis.call('HMGET', KEYS[1], 'v', 'f', 's')
  queue_steps = tonumber(known[3] or 0) or 0
  if known[2] ~= fence or queue_steps < (tonumber(steps) or 0) then
    return { 'FENCED' }
  elseif known[1] ~= QUEUE_FORMAT then
    return { known[1] and string.find(known[1], '^%d+$') and '!FORMAT' or '!DAMAGED' }
  end
  return nil
end

-- Changes nothing; but a script that has begun to write is not refused for want of memory, on any version of Redis.
local function queue_allow_oom()
  redis.call('HDEL', KEYS[1], '')
end

-- Notes that the owner was answered something that it relies on; how many steps these are. To be called after the last refusal.
local function queue_step()
  queue_steps = queue_steps + 1
  redis.call('HSET', KEYS[1], 's', queue_text(queue_steps))
  return queue_text(queue_steps)
end

-- What is counted: read and looked at before anything is written, since nothing can be undone.
local queue_counted = {}

local function queue_read_counts(fields)
  for i, value in ipairs(redis.call('HMGET', queue_key('k'), unpack(fields))) do
    queue_counted[fields[i]] = tonumber(value or 0)
    if not queue_counted[fields[i]] then
      return { '!DAMAGED' }
    end
  end
  return nil
end

local function queue_count(field, by)
  queue_counted[field] = queue_counted[field] + by
end

local function queue_write_counts()
  local changes = {}
  for field, value in pairs(queue_counted) do
    changes[#changes + 1] = field
    changes[#changes + 1] = queue_text(value)
  end
  if #changes > 0 then
    redis.call('HSET', queue_key('k'), unpack(changes))
  end
end

-- Runs a command over many names, some at a time.
local function queue_each(command, key, names)
  for from = 1, #names, QUEUE_TOGETHER do
    redis.call(command, key, unpack(names, from, math.min(from + QUEUE_TOGETHER - 1, #names)))
  end
end

-- The values of many fields of a hash.
local function queue_values(key, fields)
  local values = {}
  for from = 1, #fields, QUEUE_TOGETHER do
    for _, value in ipairs(redis.call('HMGET', key, unpack(fields, from, math.min(from + QUEUE_TOGETHER - 1, #fields)))) do
      values[#values + 1] = value
    end
  end
  return values
end

-- Fails when something else lies in a place that is about to be written.
local function queue_look_at_places()
  redis.call('SCARD', queue_key('l'))
  redis.call('XLEN', queue_key('in'))
  redis.call('HLEN', queue_key('s'))
  redis.call('HLEN', queue_key('g'))
  redis.call('HLEN', queue_key('h'))
  for _, pair in ipairs({ { 'y', 'w' }, { 'z', 'm' }, { 'dlo', 'dlq' } }) do
    redis.call('ZCARD', queue_key(pair[1]))
    redis.call('HLEN', queue_key(pair[2]))
  end
end

-- What this very call has answered before, if it was the last one; else it is noted by queue_note_answer.
local function queue_answer_before(nonce)
  local before = redis.call('HMGET', queue_key('op'), 'n', 'a')
  return before[1] == nonce and cmsgpack.unpack(before[2]) or nil
end

local function queue_note_answer(nonce, answer)
  redis.call('HSET', queue_key('op'), 'n', nonce, 'a', cmsgpack.pack(answer))
  return answer
end

local function queue_lane(name)
  return queue_key('q:' .. name)
end

-- The score of what is due after a delay: its millisecond, and in its fraction the order in which such things came. Reads and counts "zs".
local function queue_due(now, delay)
  queue_count('zs', 1)
  return string.format('%.17g', now + delay + queue_counted.zs % 4096 / 4096)
end

local function queue_millis(six)
  local a, b, c, d, e, f = string.byte(six, 1, 6)
  return ((((a * 256 + b) * 256 + c) * 256 + d) * 256 + e) * 256 + f
end
