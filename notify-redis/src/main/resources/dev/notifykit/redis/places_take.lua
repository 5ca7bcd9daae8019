-- Gives a token a place with a user. Tokens of one installation share theirs.
--
-- KEYS     1 the places
-- ARGV     1 milliseconds to add to the clock, 2 how many places there are, 3 digest of the token, 4 of its installation,
--          5 the caller's mark; then who makes place where needed, in this order: digest and the mark that the caller has seen
-- Answers  DONE, also when it was done before, then who has made place; FULL, the time, and all places as of places_look; !DAMAGED, !FORMAT

--@include device_rules

local all = redis.call('HGETALL', KEYS[1])
local others, tokens, places = {}, {}, 0
for i = 1, #all, 2 do
  local token, place = all[i], all[i + 1]
  local damage = device_damage(place, PLACE_SIZE)
  if damage then
    return { damage }
  end
  local installation, mark = struct.unpack('c16c8', place, 2)
  if token == ARGV[3] then
    if mark == ARGV[5] then
      local answer = { 'DONE' }
      for at = PLACE_SIZE + 1, #place, 16 do
        answer[#answer + 1] = string.sub(place, at, at + 15)
      end
      return answer
    end
  elseif installation ~= ARGV[4] then
    others[token] = { installation = installation, mark = mark }
    if not tokens[installation] then
      tokens[installation], places = 0, places + 1
    end
    tokens[installation] = tokens[installation] + 1
  end
end
local gone = { 'DONE' }
local last = 5
while places >= tonumber(ARGV[2]) and last + 2 <= #ARGV do
  local token, mark = ARGV[last + 1], ARGV[last + 2]
  local other = others[token]
  if other and other.mark == mark then
    gone[#gone + 1] = token
    tokens[other.installation] = tokens[other.installation] - 1
    places = places - (tokens[other.installation] == 0 and 1 or 0)
  end
  last = last + 2
end
if places >= tonumber(ARGV[2]) then
  local answer = { 'FULL', string.format('%.0f', device_now(ARGV[1])) }
  for i, part in ipairs(all) do
    answer[i + 2] = part
  end
  return answer
end
redis.call('HSET', KEYS[1], ARGV[3],
  '\1' .. ARGV[4] .. ARGV[5] .. struct.pack('>I6', device_now(ARGV[1])) .. table.concat(gone, '', 2))
for i = 2, #gone do
  redis.call('HDEL', KEYS[1], gone[i])
end
return gone
