-- A batch of dedup calls, in their order; each key's calls see those before them. All keys lie in one slot where slots matter.
--
-- KEYS[i]      what is known of the key of call i; a key may come more than once
-- ARGV[1]      milliseconds to add to the clock; 0 but in tests
-- ARGV[1 + i]  call i; lease and ttl are milliseconds in 13 digits each:
--                C<lease><ttl><owner> <content> <version>   claim
--                R<lease><ttl><owner>                       renew
--                F<ttl><owner> <content> <version>          confirm, complete; content and version as they were claimed
--                P<ttl><owner> <ended>                      confirm, not complete
--                L<owner>                                   release
-- Answers      per call a verdict of the rules below, or what is wrong with its key: !WRONGTYPE, !DAMAGED, !FORMAT (of a newer
--              build), or !OOM: Redis is out of memory, and the call would have begun something new. Such a call has no effect, and
--              none on others.
--
-- Run again with the same arguments it grants, renews and confirms the same; a second release answers 0.

--@include dedup_first

local sub, byte, type, pcall = string.sub, string.byte, type, redis.pcall
local CLAIM, RENEW, CONFIRM, CONFIRM_SOME = 67, 82, 70, 80 -- C, R, F, P

local now = nil

-- Confirms need no clock.
local function look_at_the_clock()
  if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
  end
end

-- Where Redis has no memory left it refuses a script's first write, if that may grow, before it has any effect; but once a script
-- has begun to write, Redis lets it finish. So what is refused first begins nothing, and after a deletion of nothing, which is never refused, what was
-- sent can still be confirmed. Nothing is decided before there was a write: a replica, or a server whose disk is full, would decide in vain.
local begun, out_of_memory = false, false

-- Takes the answer to the first write; answers what is wrong where the script cannot go on.
local function begin(key, answer)
  local refused = type(answer) == 'table' and answer.err
  if not refused or string.find(refused, 'WRONGTYPE', 1, true) then
    begun = true
  elseif string.find(refused, 'OOM', 1, true) then
    pcall('HDEL', key, '')
    begun, out_of_memory = true, true
  else
    return answer
  end
  return nil
end

-- What only few calls need is not even set up for the others.
local function rules()
  look_at_the_clock()
--@include dedup_rules

  local function parse(kind, call)
    if kind == CLAIM then
      local owner, content, version = string.match(call, '^(%S+) (%S*) (%d*)$', 28)
      return dedup_claim, {
        lease = tonumber(sub(call, 2, 14)), ttl = sub(call, 15, 27), owner = owner, content = content,
        version = version
      }
    elseif kind == CONFIRM then
      return dedup_confirm, { ttl = sub(call, 2, 14), complete = true, owner = string.match(call, '^%S+', 15), ended = '' }
    elseif kind == CONFIRM_SOME then
      local owner, ended = string.match(call, '^(%S+) (%x*)$', 15)
      return dedup_confirm, { ttl = sub(call, 2, 14), complete = false, owner = owner, ended = ended }
    elseif kind == RENEW then
      return dedup_renew, {
        lease = tonumber(sub(call, 2, 14)), ttl = sub(call, 15, 27), owner = sub(call, 28)
      }
    end
    return dedup_release, { owner = sub(call, 2) }
  end

  return function(kind, key, value, call)
    local known, damage = dedup_decode(value)
    if not known then
      return '!' .. damage
    end
    local rule, ask = parse(kind, call)
    local verdict, change = rule(known, ask, now)
    if change == 'GRANTED' and out_of_memory then
      return '!OOM'
    elseif change then
      dedup_note_bereft(key, known)
      local written = dedup_encode(known)
      if not written then
        redis.call('DEL', key)
      elseif change == 'NOTED' then
        redis.call('SET', key, written, 'KEEPTTL')
      else
        redis.call('SET', key, written, 'PX', string.format('%d', tonumber(ask.ttl)))
      end
    end
    return verdict
  end
end

local decide

local function other(kind, key, value, call)
  if type(value) == 'table' then
    return '!WRONGTYPE'
  elseif not begun then
    local wrong = begin(key, pcall('SETRANGE', key, 0, ''))
    if wrong then
      return nil, wrong
    end
  end
  decide = decide or rules()
  return decide(kind, key, value, call)
end

-- The calls of a batch mostly say the same times, and numbers are what Lua takes longest to read and write.
local claim_times, lease_end, claim_ttl, confirm_digits, confirm_ttl
local keys, calls, answers = KEYS, ARGV, {}

-- What is to be confirmed is read at once. It is true of a key until this batch has come to it; what is not there, or foreign, is read when its turn comes.
local ahead, confirmed = {}, {}
for i = 1, #keys do
  if byte(calls[1 + i]) == CONFIRM then
    confirmed[#confirmed + 1] = keys[i]
  end
end
if #confirmed > 0 then
  for i, value in ipairs(redis.call('MGET', unpack(confirmed))) do
    ahead[confirmed[i]] = value or nil
  end
end

for i = 1, #keys do
  local key, call = keys[i], calls[1 + i]
  local kind, verdict, wrong = byte(call), nil, nil
  local known = ahead[key]
  ahead[key] = nil
  if kind == CLAIM and not out_of_memory then
    local times = sub(call, 2, 27)
    if times ~= claim_times then
      look_at_the_clock()
      claim_times = times
      lease_end = string.format('%013d', now + tonumber(sub(times, 1, 13)))
      claim_ttl = string.format('%d', tonumber(sub(times, 14)))
    end
    local set = pcall('SET', key, dedup_first_claim(sub(call, 28), lease_end), 'NX', 'PX', claim_ttl)
    if not begun then
      wrong = begin(key, set)
    end
    verdict = set and set.ok and 'N'
  end
  if not verdict and not wrong then
    local value = known or pcall('GET', key)
    local written = nil
    if kind == CONFIRM and type(value) == 'string' then
      written = dedup_known_confirm(value, sub(call, 15))
    end
    if written then
      local digits = sub(call, 2, 14)
      if digits ~= confirm_digits then
        confirm_digits, confirm_ttl = digits, string.format('%d', tonumber(digits))
      end
      local set = pcall('SET', key, written, 'PX', confirm_ttl)
      if not begun then
        wrong = begin(key, set)
        if out_of_memory then
          pcall('SET', key, written, 'PX', confirm_ttl)
        end
      end
      verdict = '1'
    else
      verdict, wrong = other(kind, key, value, call)
    end
  end
  if wrong then
    return wrong
  end
  answers[i] = verdict
end
return answers
