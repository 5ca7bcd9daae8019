-- Which tokens are dead.
--
-- KEYS     dead tokens
-- Answers  for each 1 or 0

local answer = {}
for i, key in ipairs(KEYS) do
  answer[i] = redis.call('EXISTS', key)
end
return answer
