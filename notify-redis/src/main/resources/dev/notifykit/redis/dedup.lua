-- A batch of dedup calls, in their order; each key's calls see those before them. All keys lie in one slot where slots matter.
--
-- KEYS[i]      what is known of the key of call i; a key may come more than once
-- ARGV[1]      milliseconds to add to the clock; 0 but in tests
-- ARGV[1 + i]  call i; lease and ttl are milliseconds in 13 digits each, complete is 0 or 1:
--                C<lease><ttl><owner> <content> <version>   claim
--                R<lease><ttl><owner>                       renew
--                F<ttl><complete><owner> <ended>            confirm
--                L<owner>                                   release
-- Answers      per call a verdict of the rules below, or what is wrong with its key: !WRONGTYPE, !DAMAGED, !FORMAT (of a newer
--              build), or !OOM: Redis is out of memory, and the call would have begun something new. Such a call has no effect, and
--              none on others.
--
-- Run again with the same arguments it grants, renews and confirms the same; a second release answers 0.

--@include dedup_rules

local function error_of(answer)
  return type(answer) == 'table' and answer.err or nil
end

-- Nothing is written by this, but it is refused where Redis has no memory left. The second one is never refused, and changes
-- nothing either; but once a script has begun to write, Redis lets it finish: so claims fail before they have any
-- effect, and what was sent can still be confirmed.
local probe = redis.pcall('SETRANGE', KEYS[1], 0, '')
local refused = error_of(probe)
local out_of_memory = refused and string.find(refused, 'OOM', 1, true)
if out_of_memory then
  redis.pcall('HDEL', KEYS[1], '')
elseif refused and not string.find(refused, 'WRONGTYPE', 1, true) then
  return probe -- a replica, or a disk that is full: whatever it says would be worth nothing
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])

-- The calls of a batch mostly say the same times, and numbers are what Lua takes longest to read and write.
local function remembering(compute)
  local known = {}
  return function(digits)
    local value = known[digits]
    if not value then
      value = compute(tonumber(digits))
      known[digits] = value
    end
    return value
  end
end

local millis = remembering(function(number) return string.format('%.0f', number) end)
local end_of = remembering(function(lease) return string.format('%013.0f', now + lease) end)

local function parse(kind, call)
  if kind == 'C' then
    local owner, content, version = string.match(call, '^(%S+) (%S*) (%d*)$', 28)
    return dedup_claim, {
      lease = tonumber(string.sub(call, 2, 14)), ttl = millis(string.sub(call, 15, 27)), owner = owner, content = content,
      version = version
    }
  elseif kind == 'F' then
    local owner, ended = string.match(call, '^(%S+) (%x*)$', 16)
    return dedup_confirm, {
      ttl = millis(string.sub(call, 2, 14)), complete = string.sub(call, 15, 15) == '1', owner = owner, ended = ended
    }
  elseif kind == 'R' then
    return dedup_renew, {
      lease = tonumber(string.sub(call, 2, 14)), ttl = millis(string.sub(call, 15, 27)), owner = string.sub(call, 28)
    }
  end
  return dedup_release, { owner = string.sub(call, 2) }
end

local function decide(kind, key, value, call)
  local known, damage = dedup_decode(value)
  if not known then
    return '!' .. damage
  end
  local rule, ask = parse(kind, call)
  local verdict, change = rule(known, ask, now)
  if change == 'GRANTED' and out_of_memory then
    return '!OOM'
  elseif change then
    local written = dedup_encode(known)
    if not written then
      redis.call('DEL', key)
    elseif change == 'NOTED' then
      redis.call('SET', key, written, 'KEEPTTL')
    else
      redis.call('SET', key, written, 'PX', ask.ttl)
    end
  end
  return verdict
end

local function answer(key, call)
  local kind = string.sub(call, 1, 1)
  if kind == 'C' and not out_of_memory then
    local written = dedup_first_claim(string.sub(call, 28), end_of(string.sub(call, 2, 14)))
    if redis.call('SET', key, written, 'NX', 'PX', millis(string.sub(call, 15, 27))) then
      return 'N'
    end
  end
  local value = redis.pcall('GET', key)
  if type(value) == 'table' then
    return '!WRONGTYPE'
  elseif value and kind == 'F' and string.byte(call, 15) == 49 then
    local written = dedup_first_confirm(value, string.sub(call, 16))
    if written then
      redis.call('SET', key, written, 'PX', millis(string.sub(call, 2, 14)))
      return '1'
    end
  end
  return decide(kind, key, value, call)
end

local answers = {}
for i = 1, #KEYS do
  answers[i] = answer(KEYS[i], ARGV[1 + i])
end
return answers
