-- Takes work: moves what is due to its place, then reads on in the streams and notes what is started. Asked again with the same arguments it
-- answers the same, and what has come since, and counts nothing twice. Works without free memory.
--
-- KEYS[1]   the partition, see queue_rules
-- ARGV[1]   milliseconds to add to the clock; 0 but in tests
-- ARGV[2]   the fence, and how many steps the owner knows of
-- ARGV[3]   which fetch of this lease it is: one that is repeated moves nothing more
-- ARGV[4]   how many due entries are moved at most
-- ARGV[5]   how many messages at most
-- ARGV[6]   the last of the intake that was answered under this lease; "-" for none
-- next      for each lane that is wanted: its name, how many at most, the last that was answered or "-"
-- Answers   OK; the messages, for each its entry's id and content; for each lane a list: the last entry's id or empty, how many there were,
--           and for each delivery entry's id, content, starts, died alone (0 or 1); then
--           what cannot be used, for each where it lies (z, y, in or a lane), its id there, content; and how many steps these are now, empty when no
--           delivery was answered; FENCED; !FORMAT, !DAMAGED
--           An entry's content is empty when it is of another form.

--@include queue_rules

local fence = string.match(ARGV[2], '^%S*')
local refusal = queue_refusal(ARGV[2]) or queue_read_counts({ 'd' })
if refusal then
  return refusal
end
queue_look_at_places()
local now = queue_now(ARGV[1])
local damaged, doubts, answered = {}, false, false

local function note_damaged(place, id, content)
  damaged[#damaged + 1] = place
  damaged[#damaged + 1] = id
  damaged[#damaged + 1] = content
end

local function content_of(entry)
  local fields = entry[2]
  return #fields == 2 and fields[1] == 'v' and fields[2] or nil
end

-- Those whose time has come, of one of the two places. What is not whole stays there, a minute later: who is told so takes it away.
local function move_due(times, values, head, limit, place_of)
  local ids = redis.call('ZRANGEBYSCORE', queue_key(times), '-inf', '(' .. queue_text(now + 1), 'LIMIT', '0', limit)
  if #ids == 0 then
    return 0
  end
  local contents = queue_values(queue_key(values), ids)
  queue_allow_oom()
  for i, id in ipairs(ids) do
    local content = contents[i]
    local place = content and #content >= head and place_of(content)
    if place then
      redis.call('XADD', place.key, '*', 'v', string.sub(content, place.from))
      redis.call('ZREM', queue_key(times), id)
      redis.call('HDEL', queue_key(values), id)
    else
      redis.call('ZADD', queue_key(times), queue_text(now + 60000), id)
      note_damaged(times, id, content or '')
    end
  end
  return #ids
end

if redis.call('HGET', KEYS[1], 'due') ~= fence .. ' ' .. ARGV[3] then
  local lanes, limit = {}, tonumber(ARGV[4])
  local moved = move_due('z', 'm', LANE_NAME + DELIVERY_HEAD, limit, function(content)
    local name = string.sub(content, 1, LANE_NAME)
    if lanes[name] == nil then
      local type = string.find(name, '^[%w_-]+:[ub]$') and redis.call('TYPE', queue_lane(name)).ok
      lanes[name] = type == 'stream' or type == 'none'
    end
    return lanes[name] and string.sub(content, LANE_NAME + 1, LANE_NAME + 1) == QUEUE_VERSION
      and { key = queue_lane(name), from = LANE_NAME + 1 }
  end)
  if moved < limit then
    moved = moved + move_due('y', 'w', MESSAGE_HEAD, limit - moved, function(content)
      return string.sub(content, 1, 1) == QUEUE_VERSION and { key = queue_key('in'), from = 1 }
    end)
  end
  if moved > 0 then
    redis.call('HSET', KEYS[1], 'due', fence .. ' ' .. ARGV[3])
  end
end

local function read_on(place, key, last, most)
  if tonumber(most) == 0 then
    return {}
  end
  local entries = redis.pcall('XRANGE', key, last == '-' and '-' or '(' .. last, '+', 'COUNT', most)
  if entries.err then
    note_damaged(place, '', entries.err)
    return {}
  end
  return entries
end

local messages = {}
for _, entry in ipairs(read_on('in', queue_key('in'), ARGV[6], ARGV[5])) do
  local content = content_of(entry)
  messages[#messages + 1] = entry[1]
  messages[#messages + 1] = content or ''
  if not content or content == '' then
    note_damaged('in', entry[1], content or cmsgpack.pack(entry[2]))
  end
end

-- Reads one lane, and notes what is started: starts, flags (those of the delivery, and 4: it was noted that it runs alone), time to live, bytes, entry, lane, fence.
local function start(lane, most, last)
  local entries = read_on(lane, queue_lane(lane), last, most)
  local ids, wholes = {}, {}
  for _, entry in ipairs(entries) do
    local content = content_of(entry)
    if content and #content >= DELIVERY_HEAD and string.sub(content, 1, 1) == QUEUE_VERSION then
      ids[#ids + 1] = string.sub(content, 2, 17)
      wholes[#wholes + 1] = { entry = entry[1], content = content }
    else
      note_damaged(lane, entry[1], content or cmsgpack.pack(entry[2]))
    end
  end
  if #entries == 0 then
    return { '', 0 }
  end
  answered = true
  local answer, notes = { entries[#entries][1], #entries }, {}
  local records = queue_values(queue_key('s'), ids)
  for i, whole in ipairs(wholes) do
    local id, content, record = ids[i], whole.content, records[i]
    local starts, flags = string.byte(content, 18, 19)
    local entry, other, owner
    if record then
      entry, other, owner = string.match(record, '^%d+ (%S+) (%S+) (%S+)$', 9)
    end
    local twin = record and entry ~= whole.entry and string.find(entry or '', '^%d+%-%d+$')
        and redis.call('XRANGE', queue_lane(other), entry, entry)[1]
    if record and entry ~= whole.entry then
      record, owner = false, nil
    end
    if not twin then
      if record then
        starts, flags = string.byte(record, 1, 2)
      end
      if owner ~= fence then
        if record then
          queue_count('d', 1)
          doubts = true
          flags = flags >= 4 and (flags % 2 + 2) or flags
        end
        starts = math.min(starts + 1, 255)
        notes[#notes + 1] = id
        notes[#notes + 1] = string.char(starts, flags) .. string.sub(content, 20, 25) .. string.format('%d %s %s %s', #content, whole.entry, lane, fence)
      end
      answer[#answer + 1] = whole.entry
      answer[#answer + 1] = content
      answer[#answer + 1] = starts
      answer[#answer + 1] = (flags % 4 >= 2) and 1 or 0
    end
  end
  if #notes > 0 then
    queue_allow_oom()
    queue_each('HSET', queue_key('s'), notes)
  end
  return answer
end

local lanes = {}
for at = 7, #ARGV, 3 do
  lanes[#lanes + 1] = start(ARGV[at], ARGV[at + 1], ARGV[at + 2])
end
if doubts then
  queue_write_counts()
end
local steps = ''
if answered then
  queue_allow_oom()
  steps = queue_step()
end
return { 'OK', messages, lanes, damaged, steps }
