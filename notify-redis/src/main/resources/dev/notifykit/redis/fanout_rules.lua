-- What the scripts of a fan-out have in common; this file is a part of them.
--
-- KEYS[1] is the fan-out as a whole, a hash. It expires seven days after its end, and not before.
--   v           the version of this format
--   g           its generation: the microsecond of its launch, so that what is left of an earlier fan-out of this id is not taken for it
--   op          which call launched it
--   spec, sh    packed: the spec, the descriptions of its shards
--   n, est      how many shards; the estimated total, missing when there is none
--   cmd         what the host wants: RESUME when missing, PAUSE, CANCEL
--   wait        what it waits for; missing: nothing
--   x           when it ended, in milliseconds; missing until then
-- Fields of other names belong to newer builds, and stay as they are.

local FANOUT_FORMAT = '1'

-- Nothing when it can be read, else what to answer.
local function fanout_refusal(version)
  if not version then
    return { 'NONE' }
  elseif version ~= FANOUT_FORMAT then
    return { string.find(version, '^%d+$') and '!FORMAT' or '!DAMAGED' }
  end
  return nil
end
