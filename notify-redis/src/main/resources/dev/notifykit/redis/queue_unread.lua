-- Takes what cannot be read out of the way: it becomes a dead letter with all its bytes; or, where only this build cannot read it, it is not
-- started any more. What finds no room among the letters stays. Works without free memory.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV[1]  the fence, and how many steps the owner knows of
-- ARGV[2]  how many letters there may be
-- ARGV[3]  how many bytes these may have
-- ARGV[4]  a letter's own part
-- next     for each: where it lies (a lane, in, z, y), its id there, the letter's id; the last is empty where a newer build has written it
-- Answers  OK, how many became letters, how many steps these are now; FENCED; !FORMAT, !DAMAGED

--@include queue_rules

local refusal = queue_refusal(ARGV[1]) or queue_read_counts({ 'n', 'b', 'lb', 'ls', 'bur' })
if refusal then
  return refusal
end
queue_look_at_places()
queue_allow_oom()
local most_letters, most_bytes = tonumber(ARGV[2]), tonumber(ARGV[3])
local letters, made = redis.call('HLEN', queue_key('dlq')), 0
local later = { z = { 'm', LANE_NAME }, y = { 'w', 0 } }

-- Its bytes, how many of them count, and whether it is an entry of our form.
local function look(place, id)
  if later[place] then
    local content = redis.call('HGET', queue_key(later[place][1]), id)
    if content or redis.call('ZSCORE', queue_key(place), id) then
      content = content or ''
      return content, math.max(#content - later[place][2], 0), true
    end
    return nil
  end
  local entry = redis.call('XRANGE', place == 'in' and queue_key('in') or queue_lane(place), id, id)[1]
  local fields = entry and entry[2]
  if fields and #fields == 2 and fields[1] == 'v' then
    return fields[2], #fields[2], true
  end
  return fields and cmsgpack.pack(fields), 0, false
end

local function started(id, content)
  local request = #content >= DELIVERY_HEAD and string.sub(content, 2, 17)
  local record = request and redis.call('HGET', queue_key('s'), request)
  if record and string.match(record, '^%d+ (%S+) ', 9) == id then
    return request, record
  end
  return nil
end

local function bury(place, id, name, content, size, ours)
  local letter = QUEUE_VERSION .. string.char((place == 'in' or place == 'y' or not ours) and 1 or 0) .. '\0\0\0\0\0\0'
    .. struct.pack('>I4', #ARGV[4]) .. ARGV[4] .. content
  if letters >= most_letters or queue_counted.lb + #letter > most_bytes then
    return
  end
  letters = letters + 1
  made = made + 1
  queue_count('ls', 1)
  queue_count('lb', #letter)
  if string.byte(letter, 2) == 1 then
    queue_count('bur', 1)
  end
  if ours then
    queue_count('n', -1)
    queue_count('b', -size)
  end
  redis.call('HSET', queue_key('dlq'), name, letter)
  redis.call('ZADD', queue_key('dlo'), queue_text(queue_counted.ls), name)
  if later[place] then
    redis.call('ZREM', queue_key(place), id)
    redis.call('HDEL', queue_key(later[place][1]), id)
  else
    redis.call('XDEL', place == 'in' and queue_key('in') or queue_lane(place), id)
    local request = started(id, content)
    if request then
      redis.call('HDEL', queue_key('s'), request)
    end
  end
end

for at = 5, #ARGV, 3 do
  local place, id, name = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local content, size, ours = look(place, id)
  if content and name ~= '' then
    bury(place, id, name, content, size, ours)
  elseif content and not later[place] and place ~= 'in' then
    local request, record = started(id, content)
    if request and string.byte(record, 1) == 1 then
      redis.call('HDEL', queue_key('s'), request)
    end
  end
end
queue_write_counts()
return { 'OK', queue_text(made), queue_step() }
