-- Takes permits of a rate that instances share, by the generic cell rate algorithm: the same as dev.notifykit.limit.Gcra.
--
-- KEYS     1 the rate; a hash: v the version of this format, t the theoretical arrival in microseconds, n how many asked lately, c when
--          they were counted, a<asker> '<number> <permits> <when>' of the asker's last call
-- ARGV     1 microseconds to add to the clock, or = and the time itself; 2 permits per second, 3 the burst, 4 how long an asker counts as
--          present, both in microseconds, 5 the asker, 6 the number of its call, 7 how many permits it wants
-- Answers  OK, permits, microseconds until the next one, how many asked lately; !DAMAGED, !FORMAT (of a newer build)
--
-- Run again with the same number it takes nothing and answers the same permits; with a lower one it takes and gives none.

local RECOUNT = 1000000 -- to count all askers at each call would cost more than the rest

local now
if string.sub(ARGV[1], 1, 1) == '=' then
  now = tonumber(string.sub(ARGV[1], 2))
else
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2] + tonumber(ARGV[1])
end
local interval, burst, presence = 1000000 / tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local mine, number, most = 'a' .. ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])

local known = redis.pcall('HMGET', KEYS[1], 'v', 't', 'n', 'c', mine)
if known.err then
  return { '!DAMAGED' }
end
local version, arrival, askers, counted = known[1] or '1', tonumber(known[2] or now), tonumber(known[3] or 0), tonumber(known[4] or 0)
if version ~= '1' then
  return { string.find(version, '^%d+$') and '!FORMAT' or '!DAMAGED' }
end
if not (arrival and askers and counted) or (not known[1] and redis.call('EXISTS', KEYS[1]) == 1) then
  return { '!DAMAGED' }
end

local function last_call(text)
  local last, permits, at = string.match(text or '', '^(%d+) (%d+) (%d+)$')
  if at and now - tonumber(at) < presence then
    return tonumber(last), tonumber(permits)
  end
  return nil
end

-- Further ahead it can only be by another rate, or the clock of another node: nobody waits longer for one permit than the rate says.
arrival = math.min(arrival, now + burst + interval)
local permits = 0
local last, kept = last_call(known[5])
local new = not last
if last and number <= last then
  permits = number == last and kept or 0
else
  local from = math.max(arrival, now)
  local room = now + burst - from
  if room >= 0 and most > 0 then
    permits = math.min(most, math.floor(room / interval) + 1)
    arrival = from + permits * interval
  end
  last, kept = number, permits
end

redis.call('HDEL', KEYS[1], mine) -- first: after a deletion Redis writes the rest although it has no memory left
if new or now < counted or now - counted >= RECOUNT then
  askers, counted = 1, now
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if string.byte(all[i]) == 97 then -- a
      if last_call(all[i + 1]) then
        askers = askers + 1
      else
        redis.call('HDEL', KEYS[1], all[i])
      end
    end
  end
end
redis.call('HSET', KEYS[1], 'v', '1', 't', string.format('%.3f', arrival), 'n', string.format('%d', askers),
  'c', string.format('%.0f', counted), mine, string.format('%.0f %d %.0f', last, kept, now))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.ceil((presence + math.max(0, arrival - now)) / 1000)))
return { 'OK', string.format('%d', permits), string.format('%.0f', math.ceil(math.max(0, arrival - burst - now))),
  string.format('%d', askers) }
