-- Takes a shard that nobody holds. Repeated with the same nonce it grants the same lease. Works without free memory.
--
-- KEYS[1]  the shard, see shard_rules
-- KEYS[2]  the parked rows' ids
-- KEYS[3]  the parked rows
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  the generation of its fan-out
-- ARGV[3]  a nonce, made up for each call
-- ARGV[4]  for how many milliseconds
-- ARGV[5]  who takes it
-- Answers  OK, fence, 1 when the owner before had given it back or 0, number of the next page, 1 when it is read to its end or 0, + and the
--          packed cursor or empty, parked rows, and the numbers of the open pages;
--          NONE when somebody holds it, or it has ended; !FORMAT, !DAMAGED

--@include shard_rules

local shard = shard_read()
local parked = redis.call('ZCARD', KEYS[2])
local rows = redis.call('HLEN', KEYS[3])
if next(shard) then
  local refusal = shard_format_refusal(shard.v)
  if refusal then
    return refusal
  elseif not (tonumber(shard.g) and tonumber(shard.fc) and tonumber(shard.n) and tonumber(shard.l or 0)) then
    return { '!DAMAGED' }
  elseif tonumber(shard.g) > tonumber(ARGV[2]) then
    return { 'NONE' } -- whoever asks speaks of a fan-out that was forgotten long ago
  end
end
shard_allow_oom()
if shard.g ~= ARGV[2] then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
  shard = { v = SHARD_FORMAT, g = ARGV[2], fc = '0', n = '0', w = '0' }
  parked, rows = 0, 0
  redis.call('HSET', KEYS[1], 'v', shard.v, 'g', shard.g, 'fc', shard.fc, 'n', shard.n, 'w', shard.w)
end
if parked ~= rows then
  return { '!DAMAGED' }
end
local repeated = shard.f and string.match(shard.f, '%-(.*)$') == ARGV[3]
local now = shard_now(ARGV[1])
if not repeated then
  if shard.x or (shard.f and now < tonumber(shard.l or 0)) then
    return { 'NONE' }
  end
  shard.q = shard.f and '0' or '1'
  shard.fc = shard_text(tonumber(shard.fc) + 1)
  shard.f = shard.fc .. '-' .. ARGV[3]
  redis.call('HSET', KEYS[1],
    'fc', shard.fc, 'f', shard.f, 'q', shard.q, 'o', ARGV[5], 'l', shard_text(now + tonumber(ARGV[4])))
end
local answer = {
  'OK', shard.f, shard.q, shard.n, shard.e == '1' and '1' or '0', shard.c and '+' .. shard.c or '', shard_text(parked)
}
for field in pairs(shard) do
  answer[#answer + 1] = string.match(field, '^w(%d+)$')
end
return answer
