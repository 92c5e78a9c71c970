-- A run is over that BullMQ has ended.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   tenant          its name, escaped
--   job             its id: "tenant/run"
--   ends            how its calls ended: "succeeded:15,failed:1", or one word for all
--   cpuMs           its CPU time
--   wallMs          from its start to its end
--   bytesIn         of its arguments and context
--   bytesOut        of its result
--   startMs         CPU time of starts of threads and processes that it caused
--   ruinedMs        CPU time of those of them that are in the place of what it has ruined
--   home            the name under which its executor is given runs, or ''
-- Returns: nothing

--- include "parts/gate-state.lua" for clock
--- include "parts/account.lua" for allOf, release
--- include "parts/keep-outcome.lua" for keepEnded
--- include "parts/given.lua" for markGiven
--- include "parts/homes.lua" for openSlot
--- include "parts/dispatch.lua" for dispatch

local time, tenant, job, ends, cpuMs, wallMs, bytesIn, bytesOut, startMs, ruinedMs,
  home = unpack(ARGV)
local now = clock(time)
local usage = {
  cpuMs = tonumber(cpuMs),
  wallMs = tonumber(wallMs),
  bytesIn = tonumber(bytesIn),
  bytesOut = tonumber(bytesOut),
  startMs = tonumber(startMs),
  ruinedMs = tonumber(ruinedMs),
}
release(tenant, job, string.find(ends, ':', 1, true) and ends or allOf(ends, job), usage, now)
keepEnded(job, now)
if home ~= '' then
  openSlot(home)
  -- BullMQ may have found nothing for it.
  markGiven(home)
end
dispatch(now, tenant)
