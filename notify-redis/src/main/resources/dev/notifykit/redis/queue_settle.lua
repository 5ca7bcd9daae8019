-- Notes what became of started deliveries, all of it or nothing, but for letters that find no room. What is not started any more is passed over.
-- Works without free memory.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  the fence, and how many steps the owner knows of
-- ARGV[3]  how many letters there may be
-- ARGV[4]  how many bytes these may have
-- ARGV[5]  the code of a result that was dead-lettered
-- next     for each delivery a letter, the request's id (16), and
--            E  the result's code (2 digits), whether it was said (1); its names
--            P  whether an attempt was made and survived (1), whether the next may be a duplicate (1), its lane, the delay in
--               milliseconds; the packed delivery
--            D  the letter's id; its names; the letter with its delivery
--          names are empty where there is no claim, else digest of the key (32), digest of the target (32), and owner, content and version
--          with spaces between
-- Answers  OK, how many letters found no room, how many steps these are now; FENCED; !FORMAT, !DAMAGED

--@include queue_rules
--@include dedup_rules
--@include queue_claims

local ENDED, PARKED, DEAD = 'E', 'P', 'D'

local refusal = queue_refusal(ARGV[2])
if refusal then
  return refusal
end
queue_look_at_places()
local now, dead = queue_now(ARGV[1]), 'r' .. tonumber(ARGV[5])
local most_letters, most_bytes = tonumber(ARGV[3]), tonumber(ARGV[4])

-- What is asked, and what of it is started.
local asked, ids, digests, fields, seen = {}, {}, {}, { 'n', 'b', 'd', 'zs', 'lb', 'ls', dead }, { [dead] = true }
local at = 6
while ARGV[at] do
  local head = ARGV[at]
  local ask = { kind = string.sub(head, 1, 1), id = string.sub(head, 2, 17), rest = string.sub(head, 18), first = ARGV[at + 1] }
  if ask.kind == ENDED then
    ask.code, ask.said, ask.names = 'r' .. tonumber(string.sub(ask.rest, 1, 2)), string.sub(ask.rest, 3, 3) == '1', ask.first
    if not seen[ask.code] then
      seen[ask.code] = true
      fields[#fields + 1] = ask.code
    end
    at = at + 2
  elseif ask.kind == PARKED then
    ask.lane = string.sub(ask.rest, 3, 2 + LANE_NAME)
    if not seen[ask.lane] then
      seen[ask.lane] = true
      redis.call('XLEN', queue_lane(ask.lane))
    end
    at = at + 2
  else
    ask.names, ask.letter = ask.first, ARGV[at + 2]
    at = at + 3
  end
  if ask.names and ask.names ~= '' then
    digests[#digests + 1] = string.sub(ask.names, 1, 32)
  end
  asked[#asked + 1] = ask
  ids[#ids + 1] = ask.id
end
refusal = queue_read_counts(fields)
if refusal then
  return refusal
end
local records = queue_values(queue_key('s'), ids)
queue_claims_read_ahead(digests)
local letters, full = redis.call('HLEN', queue_key('dlq')), 0
queue_allow_oom()

local gone, entries, used = {}, {}, {}

-- It is not in its stream any more.
local function leave(ask, record)
  gone[#gone + 1] = ask.id
  local list = entries[record.lane]
  if not list then
    list = {}
    entries[record.lane] = list
  end
  list[#list + 1] = record.entry
  queue_count('b', -record.size)
end

local function target_end(ask, record, said, letter)
  if ask.names ~= '' then
    queue_target_end(string.sub(ask.names, 1, 32), string.sub(ask.names, 65), queue_millis(record.ttl), record.flags % 2 == 1,
      string.sub(ask.names, 33, 64), said, letter, now)
  end
end

local function park(ask, record)
  local attempted, delay = string.sub(ask.rest, 1, 1) == '1', tonumber(string.sub(ask.rest, 3 + LANE_NAME))
  local starts = attempted and 0 or record.starts - 1
  local flags = attempted and record.flags % 2 or record.flags % 4
  local delivery = QUEUE_VERSION .. ask.id .. string.char(starts, flags) .. record.ttl .. ask.first
  if string.sub(ask.rest, 2, 2) == '1' then
    queue_count('d', 1)
  end
  queue_count('b', #delivery)
  used[ask.lane] = true
  if delay > 0 then
    redis.call('ZADD', queue_key('z'), queue_due(now, delay), ask.id)
    redis.call('HSET', queue_key('m'), ask.id, ask.lane .. delivery)
  else
    redis.call('XADD', queue_lane(ask.lane), '*', 'v', delivery)
  end
end

local function bury(ask, record)
  local before = redis.call('HGET', queue_key('dlq'), ask.rest)
  local letter = QUEUE_VERSION .. string.char(record.flags % 2 * 2) .. record.ttl .. ask.letter
  if not before and (letters >= most_letters or queue_counted.lb + #letter > most_bytes) then
    full = full + 1
    return false
  end
  if before then
    queue_count('lb', -#before)
    queue_count(dead, 1) -- of what died under this id before, only that it did
  else
    letters = letters + 1
  end
  queue_count('ls', 1)
  queue_count('lb', #letter)
  redis.call('HSET', queue_key('dlq'), ask.rest, letter)
  redis.call('ZADD', queue_key('dlo'), queue_text(queue_counted.ls), ask.rest)
  return true
end

for i, ask in ipairs(asked) do
  local whole = records[i]
  local size, entry, lane = string.match(whole or '', '^(%d+) (%S+) (%S+) %S+$', 9)
  if size and not seen[ask.id] then
    seen[ask.id] = true -- named twice, it counts once
    local record = {
      starts = string.byte(whole, 1), flags = string.byte(whole, 2), ttl = string.sub(whole, 3, 8), size = tonumber(size), entry = entry, lane = lane
    }
    if ask.kind == ENDED then
      leave(ask, record)
      queue_count('n', -1)
      queue_count(ask.code, 1)
      target_end(ask, record, ask.said, false)
    elseif ask.kind == PARKED then
      leave(ask, record)
      park(ask, record)
    elseif bury(ask, record) then
      leave(ask, record)
      queue_count('n', -1)
      target_end(ask, record, true, true)
    end
  end
end
queue_each('HDEL', queue_key('s'), gone)
for lane, list in pairs(entries) do
  queue_each('XDEL', queue_lane(lane), list)
end
local names = {}
for lane in pairs(used) do
  names[#names + 1] = lane
end
queue_each('SADD', queue_key('l'), names)
queue_write_counts()
return { 'OK', queue_text(full), queue_step() }
