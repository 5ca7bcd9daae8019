-- Keeps dead letters that never were deliveries. One that is here already is passed over.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV[1]  how many letters there may be
-- ARGV[2]  how many bytes these may have
-- next     for each its id; the letter without its head
-- Answers  OK, how many found no room; !DAMAGED. Refused by Redis when it is out of memory.

--@include queue_rules

local refusal = queue_read_counts({ 'lb', 'ls', 'bur' })
if refusal then
  return refusal
end
queue_look_at_places()
local most_letters, most_bytes = tonumber(ARGV[1]), tonumber(ARGV[2])
local letters, full, written = redis.call('HLEN', queue_key('dlq')), 0, false
for at = 3, #ARGV, 2 do
  local id, letter = ARGV[at], QUEUE_VERSION .. '\1\0\0\0\0\0\0' .. ARGV[at + 1]
  local is_new = redis.call('HEXISTS', queue_key('dlq'), id) == 0
  if is_new and (letters >= most_letters or queue_counted.lb + #letter > most_bytes) then
    full = full + 1
  elseif is_new then
    letters, written = letters + 1, true
    queue_count('ls', 1)
    queue_count('lb', #letter)
    queue_count('bur', 1)
    redis.call('HSET', queue_key('dlq'), id, letter)
    redis.call('ZADD', queue_key('dlo'), queue_text(queue_counted.ls), id)
  end
end
if written then
  queue_write_counts()
end
return { 'OK', queue_text(full) }
