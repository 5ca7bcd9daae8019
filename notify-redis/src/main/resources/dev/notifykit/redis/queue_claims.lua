-- What a queue does to the claims of its messages; this file is a part of its scripts, after queue_rules and dedup_rules.

local QUEUE_FOREVER = string.format('%.0f', DEDUP_FOREVER)

-- Of a message that is here and whose claim is over: 1 when it is a correction, 0 when not. Else nothing.
local function queue_bereft(owner)
  return redis.call('HGET', queue_key('h'), owner)
end

local function queue_claim_key(digest)
  return queue_key('d:' .. digest)
end

-- What is known of a key, its text, and what is wrong with it: a word, or nothing. What is foreign or too new stays as it is.
local function queue_claim_read(key)
  local value = redis.pcall('GET', key)
  if type(value) == 'table' then
    return nil, nil, 'WRONGTYPE'
  end
  local known, damage = dedup_decode(value)
  return known, value, damage
end

-- Whether a message waits that holds it, or has been superseded.
local function queue_claim_waits(known)
  local waits = known.held and known.held.lease_end == DEDUP_FOREVER
  for _, claim in ipairs(known.superseded) do
    waits = waits or claim.lease_end == DEDUP_FOREVER
  end
  return waits
end

-- What many keys hold, read at once: true of each until the script has come to it.
local queue_claims_ahead = {}

-- What is not there, or foreign, is not among them.
local function queue_claims_read_ahead(digests)
  local keys = {}
  for i, digest in ipairs(digests) do
    keys[i] = queue_claim_key(digest)
  end
  for from = 1, #keys, QUEUE_TOGETHER do
    local to = math.min(from + QUEUE_TOGETHER - 1, #keys)
    for i, value in ipairs(redis.call('MGET', unpack(keys, from, to))) do
      queue_claims_ahead[keys[from + i - 1]] = value or nil
    end
  end
end

-- While a message waits it lasts; then for as long as was said.
local function queue_claim_write(key, known, ttl, delay)
  dedup_note_bereft(key, known)
  local written = dedup_encode(known)
  if written then
    redis.call('SET', key, written, 'PX', queue_text(queue_claim_waits(known) and QUEUE_KEY_TTL + (delay or 0) or ttl))
  else
    redis.call('DEL', key)
  end
end

-- A message's last target has ended.
--   names   owner, content and version, with spaces between
--   said    the digests of the targets that were told, joined
--   all     whether these are all
--   listed  whether they are to be told apart later
local function queue_claim_end(digest, names, ttl, said, all, listed, now)
  local key = queue_claim_key(digest)
  local owner, content, version = string.match(names, '^(%S+) (%S*) (%d*)$')
  local ahead = queue_claims_ahead[key]
  queue_claims_ahead[key] = nil
  if all and not listed then
    local value = ahead or redis.pcall('GET', key)
    local written = type(value) == 'string' and dedup_first_confirm(value, owner .. ' ')
    if written then
      redis.call('SET', key, written, 'PX', queue_text(ttl))
      return
    end
  end
  local known, value, damage = queue_claim_read(key)
  if damage then
    return
  end
  local before = queue_claim_waits(known)
  local ask = { owner = owner, ended = said, complete = all, listed = listed, queued = true }
  local verdict, change = '0', nil
  if not dedup_of(known, owner) and redis.call('HDEL', queue_key('h'), owner) == 1 then
    return
  elseif value then
    verdict, change = ((all or said ~= '') and dedup_confirm or dedup_release)(known, ask, now)
  elseif all or said ~= '' then
    verdict = '1'
    known.confirmed = {
      grant = 1, owner = owner, content = content, version = version, complete = all, ended = all and not listed and '' or said
    }
  end
  if verdict == '1' or before and not queue_claim_waits(known) then
    queue_claim_write(key, known, ttl)
  elseif change then
    redis.call('SET', key, dedup_encode(known), 'KEEPTTL')
  end
end

-- A message's several targets: how many have no end, its flags, and the digests of those that were said.
local function queue_targets_read(message)
  local value = redis.call('HGET', queue_key('g'), message)
  local left, flags, said = string.match(value or '', '^(%d+) (%d+) (%x*)$')
  if left then
    return { left = tonumber(left), flags = tonumber(flags), said = said }
  end
  return nil
end

local function queue_targets_write(message, targets)
  redis.call('HSET', queue_key('g'), message, string.format('%d %d %s', targets.left, targets.flags, targets.said))
end

-- A target of a message has ended.
--   several  whether it may have others
--   target   its digest
--   said     whether it was told
--   letter   whether it has become a dead letter
local function queue_target_end(digest, names, ttl, several, target, said, letter, now)
  local message = string.match(names, '^(%S+)')
  local targets = several and queue_targets_read(message)
  if not targets then
    queue_claim_end(digest, names, ttl, said and target or '', said, letter, now)
    return
  end
  targets.left = targets.left - 1
  if said then
    targets.said = targets.said .. target
  end
  local not_said, listed = targets.flags % 2 == 1, targets.flags >= 2
  not_said, listed = not_said or not said, listed or letter
  if targets.left > 0 then
    targets.flags = (not_said and 1 or 0) + (listed and 2 or 0)
    queue_targets_write(message, targets)
  else
    redis.call('HDEL', queue_key('g'), message)
    queue_claim_end(digest, names, ttl, targets.said, not not_said, listed, now)
  end
end

-- How a message stands to its key, which was read ahead: H it holds it, C the same as a correction; P something else was said since, R the same, and it
-- was a correction.
local function queue_claim_standing(key, owner)
  local value = queue_claims_ahead[key]
  if not value then
    local bereft = queue_bereft(owner)
    return bereft == '1' and 'R' or bereft and 'P' or 'H' -- forgotten, or somebody else's: nothing speaks against it
  end
  local line = '1\nh1 ' .. owner .. ' '
  if string.sub(value, 1, #line) == line and string.sub(value, -4) == ' 0\n.' then
    return 'H'
  end
  local known = dedup_decode(value)
  if not known then
    return 'H'
  end
  local own, said = dedup_of(known, owner), known.confirmed
  if own then
    local correction = own.flags % 2 == 1
    if own == known.held then
      return correction and 'C' or 'H'
    end
    return correction and 'R' or 'P'
  elseif said and said.owner == owner then
    return said.correction and 'C' or 'H'
  end
  return queue_bereft(owner) == '1' and 'R' or 'P'
end

local function queue_without(digests, target)
  local first, last = string.find(digests, target, 1, true)
  return first and string.sub(digests, 1, first - 1) .. string.sub(digests, last + 1) or digests
end

-- What a message has said, as long as nothing newer is known.
local function queue_said_by(known, owner, content, now)
  local said, newest = known.confirmed, dedup_newest_running(known, now)
  if said and said.owner == owner and said.content == content and not (newest and newest.grant > said.grant) then
    return said
  end
  return nil
end

-- One of a message's targets is to be told again, after it had become a dead letter. Answers whether the message holds its key; if not, something else was
-- said since, or the same by another.
local function queue_target_again(digest, names, target, now)
  local key = queue_claim_key(digest)
  local owner, content, version = string.match(names, '^(%S+) (%S*) (%d*)$')
  local known, _, damage = queue_claim_read(key)
  if damage then
    return false
  end
  dedup_drop_ended(known, now)
  local own = dedup_of(known, owner)
  if own then
    if own ~= known.held or own.content ~= content then
      return false
    end
    local targets = queue_targets_read(owner) or { left = 1, flags = 0, said = '' }
    queue_targets_write(owner, { left = targets.left + 1, flags = targets.flags % 2 + 2, said = queue_without(targets.said, target) })
    return true
  end
  local mine, said, newest = queue_said_by(known, owner, content, now), known.confirmed, dedup_newest_running(known, now)
  local targets, correction = { left = 1, flags = 2, said = '' }, false
  if mine then
    targets.flags, correction = mine.complete and 2 or 3, mine.correction
    mine.ended, mine.complete = queue_without(mine.ended, target), false
    targets.said = mine.ended
  elseif newest or said and (said.complete or said.content ~= content or string.find(said.ended, target, 1, true)) then
    return false
  end
  dedup_grant(known, { owner = owner, content = content, version = version, lease = DEDUP_FOREVER - now }, correction, now)
  queue_claim_write(key, known, QUEUE_KEY_TTL)
  queue_targets_write(owner, targets)
  return true
end

-- A dead letter is gone: its target may be told again.
local function queue_target_unsaid(digest, names, target, now)
  local key = queue_claim_key(digest)
  local owner, content = string.match(names, '^(%S+) (%S*) ')
  local known, value, damage = queue_claim_read(key)
  if damage or not value then
    return
  end
  dedup_drop_ended(known, now)
  local mine, targets = queue_said_by(known, owner, content, now), dedup_of(known, owner) and queue_targets_read(owner)
  if mine then
    mine.ended, mine.complete = queue_without(mine.ended, target), false
    redis.call('SET', key, dedup_encode(known), 'KEEPTTL')
  elseif targets then
    queue_targets_write(owner, { left = targets.left, flags = targets.flags % 2 == 1 and targets.flags or targets.flags + 1,
      said = queue_without(targets.said, target) })
  end
end
