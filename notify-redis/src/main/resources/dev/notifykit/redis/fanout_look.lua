-- What is known of a fan-out as a whole; writes nothing.
--
-- KEYS[1]  the fan-out, see fanout_rules
-- ARGV     further fields to answer
-- Answers  OK, generation, number of shards, estimate or empty, command or empty, + and what it waits for or empty, 1 when it has
--          ended or 0, and the further fields; NONE; !FORMAT, !DAMAGED

--@include fanout_rules

local known = redis.call('HMGET', KEYS[1], 'v', 'g', 'n', 'est', 'cmd', 'wait', 'x', unpack(ARGV))
local refusal = fanout_refusal(known[1])
if refusal then
  if refusal[1] == 'NONE' and redis.call('EXISTS', KEYS[1]) == 1 then
    return { '!DAMAGED' }
  end
  return refusal
end
if not (tonumber(known[2]) and tonumber(known[3])) or (known[4] and not tonumber(known[4])) then
  return { '!DAMAGED' }
end
local answer = {
  'OK', known[2], known[3], known[4] or '', known[5] or '', known[6] and '+' .. known[6] or '', known[7] and '1' or '0'
}
for i = 1, #ARGV do
  if not known[7 + i] then
    return { '!DAMAGED' }
  end
  answer[7 + i] = known[7 + i]
end
return answer
