-- Takes a fan-out off the list, unless it was put there again in the meantime or is not old enough. Works without free memory.
--
-- KEYS[1]  the list, see fanouts_add
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  the id
-- ARGV[3]  when it came, as it was read; empty: whenever that was
-- ARGV[4]  how many microseconds ago it must have come
-- Answers  OK

local came = redis.call('ZSCORE', KEYS[1], ARGV[2])
if came and (ARGV[3] == '' or string.format('%.0f', came) == ARGV[3]) then
  local time = redis.call('TIME')
  if time[1] * 1000000 + time[2] + tonumber(ARGV[1]) * 1000 - tonumber(came) >= tonumber(ARGV[4]) then
    redis.call('ZREM', KEYS[1], ARGV[2])
  end
end
return { 'OK' }
