-- What the scripts of a shard have in common; this file is a part of them.
--
-- KEYS[1] is the shard, a hash. Lease, fence, cursor and counters are all in it, so that they cannot disagree. It is made when the shard is
-- first taken, and expires some time after its fan-out.
--   v           the version of this format
--   g           the generation of its fan-out
--   fc          how many leases were granted
--   f, l, o     the lease: its fence (count and nonce), when it ends in milliseconds, whose it is. Missing when it was given back
--   q           1: the owner before this one had given the shard back
--   s           how many steps owners have made
--   c, e, n     cursor (packed; missing at the beginning and at the end), 1 when it is read to its end, number of the next page
--   w           rows of all pages that were opened
--   w<n>, u<n>  rows of the open page n, and how many of them are unmarked
--   r<code>     rows with this result; the codes are those of the marks
--   d, di       possible duplicates, and the last call that has raised them
--   x, xr       how it ended and why; missing until then
-- Fields of other names belong to newer builds, and stay as they are.
--
-- The shard's other keys: the parked rows' ids by due time (a sorted set) and the packed rows by id (a hash); for each open page its packed rows,
-- its marks (four bits a row: 0 none, 1 parked, else the result's code) and its intents (one bit a row).

local SHARD_FORMAT = '1'

local function shard_now(shift)
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(shift)
end

-- A number as Redis keeps it: not in the form 1e+15.
local function shard_text(number)
  return string.format('%.0f', number)
end

local function shard_read()
  local flat, fields = redis.call('HGETALL', KEYS[1]), {}
  for i = 1, #flat, 2 do
    fields[flat[i]] = flat[i + 1]
  end
  return fields
end

local function shard_format_refusal(version)
  if version ~= SHARD_FORMAT then
    return { version and string.find(version, '^%d+$') and '!FORMAT' or '!DAMAGED' }
  end
  return nil
end

local shard_steps = 0

-- Nothing when whoever shows this fence holds the shard, else what to answer. After the fence stands how many steps its owner knows of: when Redis
-- knows of fewer, it was rolled back by a failover or a crash, and its owner takes for done what is not. It has to begin anew.
local function shard_refusal(shown)
  local fence, steps = string.match(shown, '^(%S+) ?(%d*)$')
  local known = redis.call('HMGET', KEYS[1], 'v', 'f', 's')
  shard_steps = tonumber(known[3] or 0) or 0
  if known[2] ~= fence or shard_steps < (tonumber(steps) or 0) then
    return { 'FENCED' }
  end
  return shard_format_refusal(known[1])
end

-- Changes nothing; but a script that has begun to write is not refused for want of memory, on any version of Redis.
local function shard_allow_oom()
  redis.call('HDEL', KEYS[1], '')
end

-- Notes that the owner has changed something; how many steps these are. To be called after the last refusal.
local function shard_step()
  shard_steps = shard_steps + 1
  redis.call('HSET', KEYS[1], 's', shard_text(shard_steps))
  return shard_text(shard_steps)
end
