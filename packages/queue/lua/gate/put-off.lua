-- Takes a run from its executor, to be given out again after a pause: BullMQ keeps it in its list of delayed jobs meanwhile.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   job             its id: "tenant/run"
--   token           of the lock of the job
--   pauseMs         how long the pause is
--   home            the name under which the executor is given runs, or ''
-- Returns: 1; 0 when the executor has lost the run

--- include "parts/guard.lua" for call, queue
--- include "parts/delayed.lua" for SCORES_A_MS
--- include "parts/gate-state.lua" for clock, key
--- include "parts/given.lua" for markGiven
--- include "parts/homes.lua" for openSlot

local time, job, token, pauseMs, home = unpack(ARGV)
local jobKey = queue .. ':' .. job
if call('GET', jobKey .. ':lock') ~= token then return 0 end
call('LREM', queue .. ':active', -1, job)
call('DEL', jobKey .. ':lock')
call('ZREM', key('leases'), job)
call('HSET', jobKey, 'delay', pauseMs)
local at = clock(time) + pauseMs
call('ZADD', queue .. ':delayed', at * SCORES_A_MS, job)
call('ZADD', queue .. ':marker', at, '1')
if home ~= '' then
  openSlot(home)
  -- BullMQ may have found nothing for it.
  markGiven(home)
end
return 1
