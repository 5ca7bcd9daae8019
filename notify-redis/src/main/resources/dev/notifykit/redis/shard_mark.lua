-- Notes what became of rows, in their order, all of it or nothing. What was noted before decides what is counted, so that a repetition
-- counts nothing twice. Works without free memory.
--
-- KEYS[1]      the shard, see shard_rules
-- KEYS[2]      the parked rows' ids
-- KEYS[3]      the parked rows
-- KEYS[4], …   for each page its marks and its intents
-- ARGV[1]      milliseconds to add to the clock; 0 but in tests
-- ARGV[2]      the fence, and how many steps the owner knows of
-- ARGV[3]      how many pages
-- ARGV[4], …   their numbers
-- next         the marks, seven bytes each: a letter, which of the pages (2), index of the row (3), code of the result
--              E  the row has this result       P  the row leaves the page and waits
--              A  the parked row waits on       D  the parked row has this result
-- from there   for each P and A in their order: id, delay in milliseconds, packed row; for each D: id
-- Answers      OK and, when something was changed, how many steps these are now; NEVER when no such page was opened; INDEX when it has no such row;
--              FENCED; !FORMAT, !DAMAGED

--@include shard_rules

local MARK_BYTES, TOGETHER, PARKED = 7, 500, 1
local ENDED, PARK, AGAIN, DONE = string.byte('EPAD', 1, 4)

local refusal = shard_refusal(ARGV[2])
if refusal then
  return refusal
end
local now = shard_now(ARGV[1])
local page_count = tonumber(ARGV[3])
local marks, rest = ARGV[4 + page_count], 5 + page_count
local next_page = tonumber(redis.call('HGET', KEYS[1], 'n') or '')
if not next_page then
  return { '!DAMAGED' }
end

-- The pages. Those that were closed have no rows: they have had all of their marks.
local pages = {}
for i = 1, page_count do
  local number = tonumber(ARGV[3 + i])
  if number < 0 or number >= next_page then
    return { 'NEVER' }
  end
  local known = redis.call('HMGET', KEYS[1], 'w' .. ARGV[3 + i], 'u' .. ARGV[3 + i])
  local page = {
    number = ARGV[3 + i], marks = KEYS[2 + 2 * i], intents = KEYS[3 + 2 * i], rows = tonumber(known[1] or ''),
    unmarked = tonumber(known[2] or ''), codes = {}, asked = {}, changed = {}
  }
  if (known[1] or known[2]) and not (page.rows and page.unmarked)
      or page.rows and redis.call('STRLEN', page.marks) ~= math.ceil(page.rows / 2) then
    return { '!DAMAGED' }
  end
  redis.call('STRLEN', page.intents) -- its type
  pages[i] = page
end

for at = 1, #marks, MARK_BYTES do
  local kind, high, low, i1, i2, i3 = string.byte(marks, at, at + 5)
  if kind == ENDED or kind == PARK then
    local page, index = pages[high * 256 + low], i1 * 65536 + i2 * 256 + i3
    if page.rows then
      if index >= page.rows then
        return { 'INDEX' }
      end
      page.asked[#page.asked + 1] = index
    end
  end
end

-- Runs it over a list of rows, some at a time. BITFIELD_RO, as the other one is refused for want of memory even if it only reads.
local function bitfield(name, key, rows, command, each)
  for from = 1, #rows, TOGETHER do
    local args = {}
    for i = from, math.min(from + TOGETHER - 1, #rows) do
      command(args, rows[i])
    end
    local values = redis.call(name, key, unpack(args))
    if each then
      for i, value in ipairs(values) do
        each(rows[from + i - 1], value)
      end
    end
  end
end

for _, page in ipairs(pages) do
  bitfield('BITFIELD_RO', page.marks, page.asked, function(args, index)
    args[#args + 1], args[#args + 2], args[#args + 3] = 'GET', 'u4', '#' .. index
  end, function(index, code)
    page.codes[index] = code
  end)
end

if redis.call('ZCARD', KEYS[2]) ~= redis.call('HLEN', KEYS[3]) then
  return { '!DAMAGED' }
end
local counted, names = {}, {}
for code = 2, 15 do
  names[#names + 1] = 'r' .. code
end
for i, value in ipairs(redis.call('HMGET', KEYS[1], unpack(names))) do
  counted[i + 1] = tonumber(value or 0)
  if not counted[i + 1] then
    return { '!DAMAGED' }
  end
end

-- From here on nothing fails.
shard_allow_oom()
local counts = {}

local function count(code)
  counted[code] = counted[code] + 1
  counts[code] = true
end

local function take(page, index, code)
  if not page.rows or page.codes[index] ~= 0 then
    return false
  end
  page.codes[index] = code
  page.unmarked = page.unmarked - 1
  page.changed[#page.changed + 1] = index
  return true
end

local function park(id, delay, row)
  redis.call('ZADD', KEYS[2], shard_text(now + tonumber(delay)), id)
  redis.call('HSET', KEYS[3], id, row)
end

for at = 1, #marks, MARK_BYTES do
  local kind, high, low, i1, i2, i3, code = string.byte(marks, at, at + 6)
  local page, index = pages[high * 256 + low], i1 * 65536 + i2 * 256 + i3
  if kind == ENDED then
    if take(page, index, code) then
      count(code)
    end
  elseif kind == PARK then
    if take(page, index, PARKED) then
      if redis.call('GETBIT', page.intents, index) == 1 then
        redis.call('SETBIT', page.intents, index, 0)
      end
      park(ARGV[rest], ARGV[rest + 1], ARGV[rest + 2])
    end
    rest = rest + 3
  elseif kind == AGAIN then
    if redis.call('ZSCORE', KEYS[2], ARGV[rest]) then
      park(ARGV[rest], ARGV[rest + 1], ARGV[rest + 2])
    end
    rest = rest + 3
  elseif kind == DONE then
    if redis.call('ZREM', KEYS[2], ARGV[rest]) == 1 then
      redis.call('HDEL', KEYS[3], ARGV[rest])
      count(code)
    end
    rest = rest + 1
  end
end

local changes = {}
for _, page in ipairs(pages) do
  if #page.changed > 0 then
    bitfield('BITFIELD', page.marks, page.changed, function(args, index)
      args[#args + 1], args[#args + 2], args[#args + 3], args[#args + 4] = 'SET', 'u4', '#' .. index, page.codes[index]
    end)
    changes[#changes + 1] = 'u' .. page.number
    changes[#changes + 1] = shard_text(page.unmarked)
  end
end
for code in pairs(counts) do
  changes[#changes + 1] = 'r' .. code
  changes[#changes + 1] = shard_text(counted[code])
end
if #changes > 0 then
  redis.call('HSET', KEYS[1], unpack(changes))
end
return { 'OK', shard_step() }
