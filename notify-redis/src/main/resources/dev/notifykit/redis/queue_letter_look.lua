-- Dead letters by their ids.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV     the ids
-- Answers  OK, and for each + and the letter, or nothing where there is none

--@include queue_rules

local answer = { 'OK' }
for _, letter in ipairs(queue_values(queue_key('dlq'), ARGV)) do
  answer[#answer + 1] = letter and '+' .. letter or ''
end
return answer
