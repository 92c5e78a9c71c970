-- Pauses a tenant, whose runs wait from then on, or resumes it. Its policy is otherwise as it was.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   tenant          its name, escaped
--   paused          1 or 0
-- Returns: nothing

--- include "parts/guard.lua" for call
--- include "parts/gate-state.lua" for clock, key
--- include "parts/fair-order.lua" for lookAgain
--- include "parts/dispatch.lua" for dispatch

local time, tenant, paused = unpack(ARGV)
local now = clock(time)
if paused == '1' then
  call('HSET', key('policy:' .. tenant), 'paused', 1)
else
  call('HDEL', key('policy:' .. tenant), 'paused')
  lookAgain({ tenant })
  dispatch(now)
end
