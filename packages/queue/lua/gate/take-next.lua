-- Takes the next run.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   token           for the lock of the job
--   leaseMs         for how long the run is the executor's
--   executor        its name
-- Returns: what `takeNext` gives

--- include "parts/queue-clock.lua" for queueTime
--- include "parts/take.lua" for takeNext

local token, leaseMs, executor = unpack(ARGV)
return takeNext(token, leaseMs, executor, queueTime())
