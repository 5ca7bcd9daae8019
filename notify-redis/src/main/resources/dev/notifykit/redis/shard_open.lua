-- Opens a page: saves its rows, counts them and moves the cursor. Opened again, it stays as it is.
--
-- KEYS[1]  the shard, see shard_rules
-- KEYS[2]  the page's packed rows
-- KEYS[3]  its marks
-- KEYS[4]  its intents
-- ARGV[1]  the fence, and how many steps the owner knows of
-- ARGV[2]  the page's number
-- ARGV[3]  number of rows
-- ARGV[4]  the packed rows
-- ARGV[5]  the packed cursor; empty: this page is the last
-- Answers  OK and, when something was changed, how many steps these are now; ORDER and the number that is next or empty; FENCED;
--          !FORMAT, !DAMAGED. Refused by Redis when it is out of memory.

--@include shard_rules

local refusal = shard_refusal(ARGV[1])
if refusal then
  return refusal
end
local shard = redis.call('HMGET', KEYS[1], 'n', 'w', 'e', 'x')
local page, next_page, rows = tonumber(ARGV[2]), tonumber(shard[1] or ''), tonumber(shard[2] or '')
if not (next_page and rows) then
  return { '!DAMAGED' }
elseif page < next_page then
  return { 'OK' }
elseif page > next_page or shard[3] == '1' or shard[4] then
  return { 'ORDER', (shard[3] == '1' or shard[4]) and '' or shard[1] }
end
redis.call('SET', KEYS[2], ARGV[4])
redis.call('SET', KEYS[3], string.rep('\0', math.ceil(tonumber(ARGV[3]) / 2)))
redis.call('DEL', KEYS[4])
redis.call('HSET', KEYS[1], 'n', shard_text(page + 1), 'w', shard_text(rows + tonumber(ARGV[3])),
  'w' .. ARGV[2], ARGV[3], 'u' .. ARGV[2], ARGV[3])
if ARGV[5] == '' then
  redis.call('HSET', KEYS[1], 'e', '1')
  redis.call('HDEL', KEYS[1], 'c')
else
  redis.call('HSET', KEYS[1], 'c', ARGV[5])
end
return { 'OK', shard_step() }
