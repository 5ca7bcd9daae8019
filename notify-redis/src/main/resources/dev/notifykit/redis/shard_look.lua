-- How far a shard is; writes nothing.
--
-- KEYS[1]  the shard, see shard_rules
-- KEYS[2]  the parked rows' ids
-- ARGV[1]  milliseconds to add to the clock; 0 but in tests
-- ARGV[2]  the generation of its fan-out
-- Answers  OK, how it ended or empty, + and why or empty, 1 when anybody may take it or 0, rows, unmarked rows, parked rows, 1 when it is
--          read to its end or 0, possible duplicates, and for each result that there is its code and how many;
--          FRESH when nobody has taken it yet; !FORMAT, !DAMAGED

--@include shard_rules

local shard = shard_read()
local parked = redis.call('ZCARD', KEYS[2])
if not next(shard) then
  return { 'FRESH' }
end
local refusal = shard_format_refusal(shard.v)
if refusal then
  return refusal
elseif shard.g ~= ARGV[2] then
  return { 'FRESH' }
end
local lease_end = tonumber(shard.l or 0)
if not (lease_end and tonumber(shard.w) and tonumber(shard.d or 0)) then
  return { '!DAMAGED' }
end
local free = not shard.x and (not shard.f or shard_now(ARGV[1]) >= lease_end)
local open, results = 0, {}
for field, value in pairs(shard) do
  local kind, number = string.match(field, '^([ur])(%d+)$')
  if kind and not tonumber(value) then
    return { '!DAMAGED' }
  elseif kind == 'u' then
    open = open + tonumber(value)
  elseif kind == 'r' then
    results[#results + 1] = number
    results[#results + 1] = value
  end
end
return {
  'OK', shard.x or '', shard.xr and '+' .. shard.xr or '', free and '1' or '0', shard.w, shard_text(open), shard_text(parked),
  shard.e == '1' and '1' or '0', shard.d or '0', unpack(results)
}
