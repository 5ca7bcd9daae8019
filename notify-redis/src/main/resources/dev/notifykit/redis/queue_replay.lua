-- Makes deliveries of dead letters again, whose messages hold their keys then.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  a nonce, made up for each call
-- next     for each: the letter's id; its lane (24 bytes) and the request's id (16); its names, as of queue_settle; the packed delivery
-- Answers  OK, and for each Q it is queued, G it is gone, S something else was said since; !DAMAGED. Refused by Redis when it is out of memory.

--@include queue_rules
--@include dedup_rules
--@include queue_claims

local before = queue_answer_before(ARGV[2])
if before then
  return before
end
local refusal = queue_read_counts({ 'n', 'b', 'made', 'lb', 'bur' })
if refusal then
  return refusal
end
queue_look_at_places()
for at = 4, #ARGV, 4 do
  redis.call('XLEN', queue_lane(string.sub(ARGV[at], 1, LANE_NAME)))
end
local now = queue_now(ARGV[1])

local function replay(id, place, names, packed)
  local letter = redis.call('HGET', queue_key('dlq'), id)
  if not letter then
    return 'G'
  end
  local buried = string.byte(letter, 2) % 2 == 1
  if names ~= '' and not queue_target_again(string.sub(names, 1, 32), string.sub(names, 65), string.sub(names, 33, 64), now) then
    return 'S'
  end
  local lane = string.sub(place, 1, LANE_NAME)
  local delivery = QUEUE_VERSION .. string.sub(place, LANE_NAME + 1) .. string.char(0, names ~= '' and 1 or 0) .. string.sub(letter, 3, 8) .. packed
  redis.call('XADD', queue_lane(lane), '*', 'v', delivery)
  redis.call('SADD', queue_key('l'), lane)
  redis.call('HDEL', queue_key('dlq'), id)
  redis.call('ZREM', queue_key('dlo'), id)
  queue_count('n', 1)
  queue_count('b', #delivery)
  queue_count('lb', -#letter)
  if buried then
    queue_count('bur', -1)
    queue_count('made', 1)
  end
  return 'Q'
end

local answer = { 'OK' }
for at = 3, #ARGV, 4 do
  answer[#answer + 1] = replay(ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
end
queue_write_counts()
return queue_note_answer(ARGV[2], answer)
