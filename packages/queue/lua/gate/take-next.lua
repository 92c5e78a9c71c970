-- Takes the next run.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   token           for the lock of the job
--   leaseMs         for how long the run is the executor's
--   executor        its name
--   home            the name under which it is given runs, or ''
-- Returns: what `takeNext` gives

--- include "parts/guard.lua" for call, queue
--- include "parts/queue-clock.lua" for queueTime
--- include "parts/take.lua" for takeNext

local time, token, leaseMs, executor, home = unpack(ARGV)
local next, wasGiven = takeNext(token, leaseMs, executor, home, queueTime(time))
-- What was given to it was counted then.
if home ~= '' and next[1] and not wasGiven then call('ZADD', queue .. ':gate:open', 'XX', 'INCR', -1, home) end
return next
