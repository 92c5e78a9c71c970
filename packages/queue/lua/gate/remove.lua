-- Takes out a run that no executor has taken, and forgets it.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   job             its id: "tenant/run"
--   status          under which it is counted
-- Returns: `removed`, `taken`, `over` or `missing`

--- include "parts/guard.lua" for call, queue
--- include "parts/gate-state.lua" for clock
--- include "parts/homes.lua" for takeFromGiven, openSlot
--- include "parts/dispatch.lua" for leaveLine, dispatch
--- include "parts/account.lua" for countUsage, allOf, release

local time, job, status = unpack(ARGV)
local now = clock(time)
local jobKey = queue .. ':' .. job
local found = call('HMGET', jobKey, 'timestamp', 'finishedOn', 'tenant')
if not found[1] then return 'missing' end
if found[2] then return 'over' end
local tenant = found[3]
if not tenant then return 'taken' end
if leaveLine(tenant, job) then
  countUsage(tenant, allOf(status, job), {}, now)
elseif call('LREM', queue .. ':wait', 1, job) == 1 then
  release(tenant, job, allOf(status, job), {}, now)
else
  local executor = call('EXISTS', jobKey .. ':lock') == 0 and takeFromGiven(job)
  if not executor then return 'taken' end
  openSlot(executor)
  release(tenant, job, allOf(status, job), {}, now)
end
call('DEL', jobKey)
dispatch(now)
return 'removed'
