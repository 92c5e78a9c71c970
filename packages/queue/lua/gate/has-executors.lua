-- Whether an executor is alive that takes runs.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   deadAfterMs     until an executor not heard of is taken for dead
-- Returns: 1 or 0

--- include "parts/gate-state.lua" for clock
--- include "parts/live-slots.lua" for liveSlots

local time, deadAfterMs = unpack(ARGV)
return liveSlots(clock(time), deadAfterMs) > 0 and 1 or 0
