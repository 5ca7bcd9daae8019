-- What scripts that give deliveries to lanes have in common; this file is a part of them, after queue_rules. Their arguments number the lanes.

-- The lanes that the call names from this argument on: how many, then their names. Fails when something else lies in the place of one.
local function queue_lanes(at)
  local lanes = {}
  for i = 1, tonumber(ARGV[at]) do
    lanes[i] = { name = ARGV[at + i], key = queue_lane(ARGV[at + i]) }
    redis.call('XLEN', lanes[i].key)
  end
  return lanes
end

-- Notes that those lanes exist that were marked as used.
local function queue_note_lanes(lanes)
  local used = {}
  for _, lane in ipairs(lanes) do
    if lane.used then
      used[#used + 1] = lane.name
    end
  end
  queue_each('SADD', queue_key('l'), used)
end
