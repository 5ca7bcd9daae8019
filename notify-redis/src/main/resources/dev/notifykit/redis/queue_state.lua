-- How much there is in a partition, each thing counted where it lies.
--
-- KEYS[1]  the partition, see queue_rules
-- Answers  OK, messages in the intake, deliveries in lanes, parked, started, letters; what is counted, by name; !DAMAGED

--@include queue_rules

local lanes = 0
for _, name in ipairs(redis.call('SMEMBERS', queue_key('l'))) do
  lanes = lanes + redis.call('XLEN', queue_lane(name))
end
local intake = redis.call('XLEN', queue_key('in')) + redis.call('ZCARD', queue_key('y'))
local answer = { 'OK' }
for _, number in ipairs({
  intake, lanes, redis.call('ZCARD', queue_key('z')), redis.call('HLEN', queue_key('s')), redis.call('HLEN', queue_key('dlq'))
}) do
  answer[#answer + 1] = queue_text(number)
end
for _, part in ipairs(redis.call('HGETALL', queue_key('k'))) do
  answer[#answer + 1] = part
end
return answer
