-- The message of a run, and how long ago it was submitted.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   job             its id: "tenant/run"
-- Returns: the message and milliseconds; nothing if the run is not there

--- include "parts/guard.lua" for call, queue
--- include "parts/queue-clock.lua" for queueTime

local job = unpack(ARGV)
local found = call('HMGET', queue .. ':' .. job, 'data', 'timestamp')
return found[1] and { found[1], math.max(0, queueTime() - (tonumber(found[2]) or 0)) }
