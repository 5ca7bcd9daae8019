-- The rules of dev.notifykit.dedup.DedupStore, for the scripts that decide about messages: this file is a part of them.
--
-- What is known of a key is one string, so that one read and one write with its expiry are all it takes:
--   "1\n"                                                     the version of this format
--   "h<grant> <owner> <content> <version> <lease end> <flags>\n"  the claim that is held; flags: 1 a correction, 2 taken over
--   "s…\n"                                                    superseded claims, as above, oldest first
--   "c<grant> <owner> <content> <version> <how> <ended>\n"       what was confirmed; how: 1 complete, 2 a queued correction; ended: digests,
--                                                             each 32 digits: of what is complete only while there are dead letters
--   "."                                                       so that a part of it is never taken for the whole
-- Owner (of what was confirmed), content and version may be empty. A version has 20 digits: they compare as text, and Lua's numbers
-- are too short for them. A lease ends at a millisecond of 13 digits. Lines of other kinds belong to newer builds, and stay as they are.

local DEDUP_MAX_SUPERSEDED = 8
local DEDUP_FOREVER = 9999999999999 -- of a message that waits in a queue: it cannot die with its holder
local DEDUP_LINE = '^(%l)(%d+) (%S*) (%S*) (%d*) (%d+) (%x*)$'

local function dedup_decode(value)
  local known = { superseded = {}, other = '' }
  if not value then
    return known
  end
  if string.sub(value, 1, 2) ~= '1\n' then
    return nil, string.find(value, '^%d+\n') and 'FORMAT' or 'DAMAGED'
  end
  if string.sub(value, -2) ~= '\n.' then
    return nil, 'DAMAGED'
  end
  for line in string.gmatch(string.sub(value, 3, -2), '([^\n]*)\n') do
    local kind, grant, owner, content, version, number, last = string.match(line, DEDUP_LINE)
    if kind == 'h' or kind == 's' then
      local claim = {
        grant = tonumber(grant), owner = owner, content = content, version = version, lease_end = tonumber(number),
        flags = tonumber(last)
      }
      if not claim.flags then
        return nil, 'DAMAGED'
      elseif kind == 's' then
        known.superseded[#known.superseded + 1] = claim
      else
        known.held = claim
      end
    elseif kind == 'c' then
      known.confirmed = {
        grant = tonumber(grant), owner = owner, content = content, version = version, ended = last,
        complete = number == '1' or number == '3', correction = number == '2' or number == '3'
      }
    elseif string.find(line, '^[hsc]') or line == '' then
      return nil, 'DAMAGED'
    else
      known.other = known.other .. line .. '\n'
    end
  end
  return known
end

local function dedup_line(kind, claim)
  return string.format('%s%d %s %s %s %013.0f %d\n',
    kind, claim.grant, claim.owner, claim.content, claim.version, claim.lease_end, claim.flags)
end

-- Nothing where nothing is known any more.
local function dedup_encode(known)
  local held, said, parts = known.held, known.confirmed, '1\n'
  if not held and not said and #known.superseded == 0 then
    return nil
  end
  for _, claim in ipairs(known.superseded) do
    parts = parts .. dedup_line('s', claim)
  end
  if held then
    parts = parts .. dedup_line('h', held)
  end
  if said then
    parts = parts .. string.format('c%d %s %s %s %d %s\n',
      said.grant, said.owner, said.content, said.version, (said.complete and 1 or 0) + (said.correction and 2 or 0), said.ended)
  end
  return parts .. known.other .. '.'
end

local function dedup_runs(claim, now)
  return claim ~= nil and claim.lease_end > now
end

local function dedup_drop_superseded(known, which)
  local kept = {}
  for _, claim in ipairs(known.superseded) do
    if not which(claim) then
      kept[#kept + 1] = claim
    end
  end
  known.superseded = kept
end

-- A superseded claim is over when its lease is: nobody waits for its holder any longer.
local function dedup_drop_ended(known, now)
  if #known.superseded > 0 then
    dedup_drop_superseded(known, function(claim) return not dedup_runs(claim, now) end)
  end
end

-- A claim is over that its holder has not ended. Of messages that wait the scripts have to remember that they are here.
local function dedup_end_of(known, claim)
  if claim.lease_end == DEDUP_FOREVER then
    known.bereft = known.bereft or {}
    known.bereft[#known.bereft + 1] = claim
  end
end

-- They do, in a hash beside the key: owner, and 1 for a correction or 0.
local function dedup_note_bereft(key, known)
  for _, claim in ipairs(known.bereft or {}) do
    redis.call('HSET', string.match(key, '^(.-})') .. ':h', claim.owner, claim.flags % 2)
  end
end

local function dedup_drop(known, own)
  if own == known.held then
    known.held = nil
  else
    dedup_drop_superseded(known, function(claim) return claim == own end)
  end
end

local function dedup_of(known, owner)
  if known.held and known.held.owner == owner then
    return known.held
  end
  for _, claim in ipairs(known.superseded) do
    if claim.owner == owner then
      return claim
    end
  end
  return nil
end

local function dedup_newest_running(known, now)
  if dedup_runs(known.held, now) then
    return known.held
  end
  return known.superseded[#known.superseded]
end

local function dedup_raise(remembered, version)
  if version > remembered.version then
    remembered.version = version
    return true
  end
  return false
end

local function dedup_highest_version(known, now)
  local highest = known.confirmed and known.confirmed.version or ''
  if dedup_runs(known.held, now) and known.held.version > highest then
    highest = known.held.version
  end
  for _, claim in ipairs(known.superseded) do
    if claim.version > highest then
      highest = claim.version
    end
  end
  return highest
end

local function dedup_verdict(known, own, now)
  if own.flags % 2 == 1 then
    local longest = 0
    for _, claim in ipairs(known.superseded) do
      longest = math.max(longest, claim.lease_end - now)
    end
    return string.format('C%.0f', longest)
  end
  return (own.flags >= 2 and 'T' or 'N') .. (known.confirmed and known.confirmed.ended or '')
end

local function dedup_grant(known, ask, correction, now)
  local before, grant = known.held, 0
  for _, claim in ipairs(known.superseded) do
    grant = math.max(grant, claim.grant)
  end
  grant = math.max(grant, before and before.grant or 0, known.confirmed and known.confirmed.grant or 0)
  dedup_drop_superseded(known, function(claim) return claim.owner == ask.owner end)
  if dedup_runs(before, now) and before.owner ~= ask.owner then
    known.superseded[#known.superseded + 1] = before
  end
  if known.confirmed and known.confirmed.owner == ask.owner then
    known.confirmed.owner = '' -- from now on a confirm of this owner speaks of a newer claim
  end
  known.held = {
    grant = grant + 1, owner = ask.owner, content = ask.content, version = ask.version, lease_end = now + ask.lease,
    flags = (correction and 1 or 0) + (before and before.content == ask.content and 2 or 0)
  }
  return dedup_verdict(known, known.held, now), 'GRANTED'
end

-- ask.at_once: the oldest superseded claim ends where there are too many.
local function dedup_correct(known, ask, now)
  local held = known.held
  local supersedes = dedup_runs(held, now) and held.owner ~= ask.owner
  if supersedes and #known.superseded >= DEDUP_MAX_SUPERSEDED and not dedup_of(known, ask.owner) then
    if ask.at_once then
      dedup_end_of(known, table.remove(known.superseded, 1))
      return dedup_grant(known, ask, true, now)
    end
    local first = math.huge
    for _, claim in ipairs(known.superseded) do
      first = math.min(first, claim.lease_end - now)
    end
    return string.format('I%.0f', first), nil
  end
  return dedup_grant(known, ask, true, now)
end

-- Answers the verdict and what it means for the key: nil nothing, NOTED a new value that lasts as long as before, PROLONGED
-- a new value and a new time to live, GRANTED the same, and the value grows.
-- Verdicts: N<ended> new, T<ended> taken over, C<ms> correction, D duplicate, S stale, I<ms> in flight.
local function dedup_claim(known, ask, now)
  dedup_drop_ended(known, now)
  local own = dedup_of(known, ask.owner)
  if own and own.content == ask.content then
    if own ~= known.held then
      return 'S', nil
    end
    own.lease_end = now + ask.lease
    dedup_raise(own, ask.version)
    return dedup_verdict(known, own, now), 'PROLONGED'
  end
  if ask.version ~= '' and ask.version < dedup_highest_version(known, now) then
    return 'S', nil
  end
  local newest, said = dedup_newest_running(known, now), known.confirmed
  if newest and (not said or newest.grant > said.grant) then
    if newest.content == ask.content then
      local raised = dedup_raise(newest, ask.version)
      return string.format('I%.0f', newest.lease_end - now), raised and 'NOTED' or nil
    end
    return dedup_correct(known, ask, now)
  end
  if not said or said.content == ask.content then
    if said and said.complete then
      return 'D', dedup_raise(said, ask.version) and 'NOTED' or nil
    end
    return dedup_grant(known, ask, false, now)
  end
  return dedup_correct(known, ask, now)
end

-- Verdicts: H held, P superseded, L lost.
local function dedup_renew(known, ask, now)
  dedup_drop_ended(known, now)
  local own = dedup_of(known, ask.owner)
  if not own then
    return 'L', nil
  end
  own.lease_end = now + ask.lease
  return own == known.held and 'H' or 'P', 'PROLONGED'
end

local function dedup_union(some, others)
  local seen, all = {}, some
  for digest in string.gmatch(some, string.rep('%x', 32)) do
    seen[digest] = true
  end
  for digest in string.gmatch(others, string.rep('%x', 32)) do
    if not seen[digest] then
      all = all .. digest
    end
  end
  return all
end

-- ask.listed: what has ended is kept although it is complete; ask.queued: it is kept whether it was a correction.
-- Verdicts: 1 noted, now or before, 0 lost.
local function dedup_confirm(known, ask, now)
  dedup_drop_ended(known, now)
  local own, said = dedup_of(known, ask.owner), known.confirmed
  if not own then
    return said and said.owner == ask.owner and '1' or '0', nil
  end
  local was_held = own == known.held
  dedup_drop(known, own)
  if said and said.grant > own.grant then
    return '0', 'NOTED'
  end
  local ended = ask.ended
  if said and own.flags % 2 == 0 then
    ended = dedup_union(ended, said.ended)
  end
  known.confirmed = {
    grant = own.grant, owner = ask.owner, content = own.content, complete = ask.complete,
    ended = ask.complete and not ask.listed and '' or ended, correction = ask.queued and own.flags % 2 == 1,
    version = said and said.version > own.version and said.version or own.version
  }
  if was_held then
    for _, claim in ipairs(known.superseded) do
      dedup_end_of(known, claim)
    end
    known.superseded = {}
  end
  return '1', 'PROLONGED'
end

-- Verdicts: 1 given back, 0 there was nothing to give back.
local function dedup_release(known, ask, now)
  dedup_drop_ended(known, now)
  local own = dedup_of(known, ask.owner)
  if not own then
    return '0', nil
  end
  dedup_drop(known, own)
  return '1', 'NOTED'
end

--@include dedup_first
