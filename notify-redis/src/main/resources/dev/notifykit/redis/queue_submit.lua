-- Stores messages that are new or corrections, with their deliveries or for the intake. Each is judged before anything of it is written; submitted
-- again it answers the same and stores nothing.
--
-- KEYS[1]   the partition, see queue_rules
-- ARGV[1]   milliseconds to add to the clock; 0 but in tests
-- ARGV[2]   how many messages and deliveries may be here
-- ARGV[3]   how many bytes these may have
-- ARGV[4]   the code of a result that was suppressed
-- ARGV[5]   1: write in any case, so that a WAIT on this connection speaks of what was found, too
-- ARGV[6]   a nonce, made up for each call, where a key comes more than once: what stood aside for another content at first would be a correction of it
--           when it is judged again. Else empty
-- ARGV[7]   number of lanes
-- ARGV[8]…  their names
-- next      for each message: its head, which is deliveries (4 digits), time to live and delay (13 each), digest of its key (32), and owner,
--           content and version with spaces between; then what it is made of:
--             no delivery    the message
--             else, of each  which lane (4 digits) and the target's digest; the delivery
-- Answers   OK, and for each message a letter and how many were before it: Q queued, C queued as a correction, D duplicate, S stale, F no room; or
--           !WRONGTYPE, !DAMAGED, !FORMAT: what is known of its key cannot be used. Or only !DAMAGED: the partition's counts cannot.
--           Refused by Redis when it is out of memory.

--@include queue_rules
--@include queue_lanes
--@include dedup_rules
--@include queue_claims

local now = queue_now(ARGV[1])
local most, most_bytes, suppressed = tonumber(ARGV[2]), tonumber(ARGV[3]), 'r' .. ARGV[4]
local answered = ARGV[6] ~= '' and queue_key('u:' .. ARGV[6])
local before = answered and redis.call('GET', answered)
if before then
  return cmsgpack.unpack(before)
end
queue_look_at_places()
local lanes = queue_lanes(7)
local refusal = queue_read_counts({ 'n', 'b', 'made', 'zs', suppressed })
if refusal then
  return refusal
end
local written, any_bereft = false, redis.call('HLEN', queue_key('h')) > 0
local waiting_elsewhere = redis.call('HLEN', queue_key('s')) + redis.call('ZCARD', queue_key('z')) + redis.call('ZCARD', queue_key('y'))

-- Puts a message where it belongs; without the targets that have their end already.
local function store(count, delay, digest, names, at, ended, ttl)
  local left = count
  for i = 0, count - 1 do
    local lane, target, delivery = lanes[tonumber(string.sub(ARGV[at + 2 * i], 1, 4))], string.sub(ARGV[at + 2 * i], 5), ARGV[at + 2 * i + 1]
    queue_count('made', 1)
    if ended ~= '' and string.find(ended, target, 1, true) then
      queue_count(suppressed, 1)
      left = left - 1
    else
      if delay > 0 then
        local id = string.sub(delivery, 2, 17)
        redis.call('ZADD', queue_key('z'), queue_due(now, delay), id)
        redis.call('HSET', queue_key('m'), id, lane.name .. delivery)
      else
        redis.call('XADD', lane.key, '*', 'v', delivery)
      end
      waiting_elsewhere = waiting_elsewhere + (delay > 0 and 1 or 0)
      lane.used = true
      queue_count('n', 1)
      queue_count('b', #delivery)
    end
  end
  if count == 0 then
    if delay > 0 then
      local id = string.match(names, '^(%S+)')
      redis.call('ZADD', queue_key('y'), queue_due(now, delay), id)
      redis.call('HSET', queue_key('w'), id, ARGV[at])
    else
      redis.call('XADD', queue_key('in'), '*', 'v', ARGV[at])
    end
    waiting_elsewhere = waiting_elsewhere + (delay > 0 and 1 or 0)
    queue_count('n', 1)
    queue_count('b', #ARGV[at])
  elseif left == 0 then
    queue_claim_end(digest, names, ttl, '', true, false, now)
  elseif count > 1 then
    queue_targets_write(string.match(names, '^(%S+)'), { left = left, flags = 0, said = '' })
  end
end

local function judge(head, at, count)
  local names = string.sub(head, 63)
  local digest, ttl, delay = string.sub(head, 31, 62), tonumber(string.sub(head, 5, 17)), tonumber(string.sub(head, 18, 30))
  local key, size, ahead = queue_claim_key(digest), 0, math.max(queue_counted.n - waiting_elsewhere, 0)
  for i = 1, math.max(count, 1) do
    size = size + #ARGV[count == 0 and at or at + 2 * i - 1]
  end
  local bereft = any_bereft and queue_bereft(string.match(names, '^(%S+)'))
  if bereft then
    return (bereft == '1' and 'C' or 'Q') .. queue_text(math.max(ahead - math.max(count, 1), 0))
  end
  local room = queue_counted.n + math.max(count, 1) <= most and queue_counted.b + size <= most_bytes
  if room and redis.call('SET', key, dedup_first_claim(names, QUEUE_FOREVER), 'NX', 'PX', queue_text(QUEUE_KEY_TTL + delay)) then
    store(count, delay, digest, names, at, '', ttl)
    written = true
    return 'Q' .. queue_text(ahead)
  end
  local known, _, damage = queue_claim_read(key)
  if not known then
    return '!' .. damage
  end
  local owner, content, version = string.match(names, '^(%S+) (%S*) (%d*)$')
  dedup_drop_ended(known, now)
  local own, said, newest = dedup_of(known, owner), known.confirmed, dedup_newest_running(known, now)
  if own then
    return (own.flags % 2 == 1 and 'C' or 'Q') .. queue_text(math.max(ahead - math.max(count, 1), 0))
  elseif said and said.owner == owner and said.complete and said.content == content and not (newest and newest.grant > said.grant) then
    return (said.correction and 'C' or 'Q') .. queue_text(ahead)
  end
  local ask = { owner = owner, content = content, version = version, lease = DEDUP_FOREVER - now, ttl = ttl, at_once = true }
  local verdict, change = dedup_claim(known, ask, now)
  local first = string.sub(verdict, 1, 1)
  if change == 'GRANTED' then
    if not room then
      return 'F'
    end
    queue_claim_write(key, known, ttl, delay)
    any_bereft = any_bereft or known.bereft ~= nil
    store(count, delay, digest, names, at, first == 'C' and '' or string.sub(verdict, 2), ttl)
    written = true
    return (first == 'C' and 'C' or 'Q') .. queue_text(ahead)
  elseif change then
    redis.call('SET', key, dedup_encode(known), 'KEEPTTL') -- a higher version was noted
    written = true
  end
  return first == 'S' and 'S' or 'D'
end

local answers, at = { 'OK' }, 8 + #lanes
while ARGV[at] do
  local count = tonumber(string.sub(ARGV[at], 1, 4))
  answers[#answers + 1] = judge(ARGV[at], at + 1, count)
  at = at + 1 + (count == 0 and 1 or 2 * count)
end
if written then
  queue_note_lanes(lanes)
  queue_write_counts()
  if answered then
    redis.call('SET', answered, cmsgpack.pack(answers), 'PX', QUEUE_ANSWER_TTL)
  end
elseif ARGV[5] == '1' then
  redis.call('HSET', queue_key('k'), 'n', queue_text(queue_counted.n))
end
return answers
