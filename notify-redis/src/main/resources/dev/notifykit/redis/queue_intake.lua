-- Reads on in the intake.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV[1]  the entry before; "-" for none
-- ARGV[2]  how many at most
-- Answers  OK, and for each entry its id and its content; empty when it is of another form

--@include queue_rules

local answer = { 'OK' }
for _, entry in ipairs(redis.call('XRANGE', queue_key('in'), ARGV[1] == '-' and '-' or '(' .. ARGV[1], '+', 'COUNT', ARGV[2])) do
  local fields = entry[2]
  answer[#answer + 1] = entry[1]
  answer[#answer + 1] = #fields == 2 and fields[1] == 'v' and fields[2] or ''
end
return answer
