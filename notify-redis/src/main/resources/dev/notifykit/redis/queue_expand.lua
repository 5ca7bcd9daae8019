-- Replaces messages of the intake by their deliveries, or ends them. One that is not there any more is passed over. Works without free memory.
--
-- KEYS[1]   the partition, see queue_rules
-- ARGV[1]   milliseconds to add to the clock; 0 but in tests
-- ARGV[2]   the fence, and how many steps the owner knows of
-- ARGV[3]   the code of a result that was suppressed
-- ARGV[4]   number of lanes
-- ARGV[5]…  their names
-- next      for each message: its head, which is deliveries (4 digits), how it ended (2; its code), whether it was said (1), digest of its key (32), and owner,
--           content and version with spaces between; its entry's id; for each delivery which lane (4 digits) and the target's digest; the
--           delivery, with the message's time to live
-- Answers   OK and how many steps these are now; FENCED; !FORMAT, !DAMAGED

--@include queue_rules
--@include queue_lanes
--@include dedup_rules
--@include queue_claims

local suppressed = 'r' .. ARGV[3]
local refusal = queue_refusal(ARGV[2])
if refusal then
  return refusal
end
queue_look_at_places()
local lanes, fields, seen = queue_lanes(4), { 'n', 'b', 'made', suppressed }, {}
local at = 5 + #lanes
while ARGV[at] do
  local count, code = tonumber(string.sub(ARGV[at], 1, 4)), 'e' .. tonumber(string.sub(ARGV[at], 5, 6))
  if count == 0 and not seen[code] then
    seen[code] = true
    fields[#fields + 1] = code
  end
  at = at + 2 + 2 * count
end
refusal = queue_read_counts(fields)
if refusal then
  return refusal
end
local now = queue_now(ARGV[1])
queue_allow_oom()

-- The targets that have their end, under an earlier claim of what this message says.
local function ended_before(digest, owner)
  local known = queue_claim_read(queue_claim_key(digest))
  local own = known and dedup_of(known, owner)
  local said = known and known.confirmed
  if own and said and own.flags % 2 == 0 and own.content == said.content then
    return said.ended
  end
  return ''
end

local function into(head, first, count, ttl)
  local digest, names = string.sub(head, 8, 39), string.sub(head, 40)
  local owner = string.match(names, '^(%S+)')
  local ended, left = ended_before(digest, owner), count
  for i = 0, count - 1 do
    local lane, target = lanes[tonumber(string.sub(ARGV[first + 2 * i], 1, 4))], string.sub(ARGV[first + 2 * i], 5)
    local delivery = ARGV[first + 2 * i + 1]
    queue_count('made', 1)
    if ended ~= '' and string.find(ended, target, 1, true) then
      queue_count(suppressed, 1)
      left = left - 1
    else
      redis.call('XADD', lane.key, '*', 'v', delivery)
      lane.used = true
      queue_count('n', 1)
      queue_count('b', #delivery)
    end
  end
  if left == 0 then
    queue_claim_end(digest, names, ttl, '', true, false, now)
  elseif count > 1 then
    queue_targets_write(owner, { left = left, flags = 0, said = '' })
  end
end

at = 5 + #lanes
while ARGV[at] do
  local head, entry, count = ARGV[at], ARGV[at + 1], tonumber(string.sub(ARGV[at], 1, 4))
  local message = redis.call('XRANGE', queue_key('in'), entry, entry)[1]
  if message and redis.call('XDEL', queue_key('in'), entry) == 1 then
    local content = message[2][2]
    local ttl = queue_millis(string.sub(content, 2, 7))
    queue_count('n', -1)
    queue_count('b', -#content)
    if count == 0 then
      local said = string.sub(head, 7, 7) == '1'
      queue_count('e' .. tonumber(string.sub(head, 5, 6)), 1)
      queue_claim_end(string.sub(head, 8, 39), string.sub(head, 40), ttl, '', said, false, now)
    else
      into(head, at + 2, count, ttl)
    end
  end
  at = at + 2 + 2 * count
end
queue_note_lanes(lanes)
queue_write_counts()
return { 'OK', queue_step() }
