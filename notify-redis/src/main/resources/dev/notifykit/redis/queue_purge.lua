-- Forgets dead letters; their targets may be told again. Works without free memory.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  a nonce, made up for each call
-- ARGV[3]  the code of a result that was dead-lettered
-- next     for each: the letter's id; its names, as of queue_settle
-- Answers  OK, how many there were; !DAMAGED

--@include queue_rules
--@include dedup_rules
--@include queue_claims

local before = queue_answer_before(ARGV[2])
if before then
  return before
end
local dead = 'r' .. ARGV[3]
local refusal = queue_read_counts({ 'lb', 'bur', dead })
if refusal then
  return refusal
end
queue_look_at_places()
queue_allow_oom()
local now, purged = queue_now(ARGV[1]), 0
for at = 4, #ARGV, 2 do
  local id, names = ARGV[at], ARGV[at + 1]
  local letter = redis.call('HGET', queue_key('dlq'), id)
  if letter then
    purged = purged + 1
    redis.call('HDEL', queue_key('dlq'), id)
    redis.call('ZREM', queue_key('dlo'), id)
    queue_count('lb', -#letter)
    if string.byte(letter, 2) % 2 == 1 then
      queue_count('bur', -1)
    else
      queue_count(dead, 1)
    end
    if names ~= '' then
      queue_target_unsaid(string.sub(names, 1, 32), string.sub(names, 65), string.sub(names, 33, 64), now)
    end
  end
end
queue_write_counts()
return queue_note_answer(ARGV[2], { 'OK', queue_text(purged) })
