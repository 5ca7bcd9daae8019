-- A batch of dedup calls, in their order; each key's calls see those before them. All keys lie in one slot where slots matter.
--
-- KEYS[i]      what is known of the key of call i; a key may come more than once
-- ARGV[1]      milliseconds to add to the clock; 0 but in tests
-- ARGV[1 + i]  call i: C<owner> <content> <version> <lease ms> <ttl ms>   claim
--                      R<owner> <lease ms> <ttl ms>                       renew
--                      F<owner> <ttl ms> <complete> <ended>               confirm
--                      L<owner>                                           release
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

local function parse(call)
  local kind = string.sub(call, 1, 1)
  if kind == 'C' then
    local owner, content, version, lease, ttl = string.match(call, '^C(%S+) (%S*) (%d*) (%d+) (%d+)$')
    return dedup_claim, { owner = owner, content = content, version = version, lease = tonumber(lease), ttl = ttl }
  elseif kind == 'F' then
    local owner, ttl, complete, ended = string.match(call, '^F(%S+) (%d+) (%d) (%x*)$')
    return dedup_confirm, { owner = owner, ttl = ttl, complete = complete == '1', ended = ended }
  elseif kind == 'R' then
    local owner, lease, ttl = string.match(call, '^R(%S+) (%d+) (%d+)$')
    return dedup_renew, { owner = owner, lease = tonumber(lease), ttl = ttl }
  end
  return dedup_release, { owner = string.match(call, '^L(%S+)$') }
end

local function write(key, known, ttl)
  local value = dedup_encode(known)
  if not value then
    redis.call('DEL', key)
  elseif ttl then
    redis.call('SET', key, value, 'PX', ttl)
  else
    redis.call('SET', key, value, 'KEEPTTL')
  end
end

local function answer(key, call)
  local value = redis.pcall('GET', key)
  local wrong = error_of(value)
  if wrong then
    return string.find(wrong, 'WRONGTYPE', 1, true) and '!WRONGTYPE' or '!DAMAGED'
  end
  local known, damage = dedup_decode(value)
  if not known then
    return '!' .. damage
  end
  local rule, ask = parse(call)
  local verdict, change = rule(known, ask, now)
  if change == 'GRANTED' and out_of_memory then
    return '!OOM'
  end
  if change then
    write(key, known, change ~= 'NOTED' and ask.ttl)
  end
  return verdict
end

local answers = {}
for i = 1, #KEYS do
  answers[i] = answer(KEYS[i], ARGV[1 + i])
end
return answers
