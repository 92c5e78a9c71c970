-- Has a tick be delivered again.
--
-- KEYS: what all keys of the schedules start with
-- ARGV:
--   tick            "attempt:generation:due at:schedule"
--   pauseMs         in how many milliseconds
-- Returns: nothing

--- include "parts/guard.lua" for call
--- include "parts/redis-clock.lua" for redisTime
--- include "parts/schedules.lua" for held

local tick, pauseMs = unpack(ARGV)
call('ZADD', held, 'XX', redisTime() + pauseMs, tick)
