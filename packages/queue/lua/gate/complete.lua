-- Completes a run, tells its client, frees its place at the gate, and takes the next, in one step.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   job             its id: "tenant/run"
--   token           of the lock of the job
--   outcome         as JSON
--   keepMs          for how long the outcome is kept
--   ends            how its calls ended: "succeeded:15,failed:1", or one word for all
--   cpuMs           its CPU time
--   wallMs          from its start to its end
--   bytesIn         of its arguments and context
--   bytesOut        of its result
--   startMs         CPU time of starts of threads and processes that it caused
--   ruinedMs        CPU time of those of them that are in the place of what it has ruined
--   leaseMs         for how long the next run is the executor's, '' to take none
--   executor        its name
--   home            the name under which it is given runs, or ''
--   inbox           of the client, or ''
--   maxInbox        how many replies the inbox holds at most
--   ...             fields of the reply
-- Returns: `other` before it has done anything where there is more to do than that: then BullMQ's own script has to. Else a
--   list of what `takeNext` gives, or of nothing if none was to be taken

--- include "parts/guard.lua" for call, queue, within, MAX_TIME
--- include "parts/gate-state.lua" for clock, key
--- include "parts/homes.lua" for openSlot
--- include "parts/dispatch.lua" for nextFor, dispatch
--- include "parts/account.lua" for allOf, release
--- include "parts/keep-outcome.lua" for keepOutcome
--- include "parts/take.lua" for takeNext

local time, job, token, outcome, keepMs, ends, cpuMs, wallMs, bytesIn, bytesOut, startMs, ruinedMs, leaseMs,
  executor, home, inbox, maxInbox = unpack(ARGV)
local now = clock(time)
keepMs = tonumber(keepMs)
local usage = {
  cpuMs = tonumber(cpuMs),
  wallMs = tonumber(wallMs),
  bytesIn = tonumber(bytesIn),
  bytesOut = tonumber(bytesOut),
  startMs = tonumber(startMs),
  ruinedMs = tonumber(ruinedMs),
}
local jobKey = queue .. ':' .. job

local known = call('HMGET', jobKey, 'tenant', 'atm', 'parentKey', 'deid')
local tenant = known[1]
if not tenant or known[3] or known[4] or call('GET', jobKey .. ':lock') ~= token then return 'other' end
-- Comes first: a full Redis refuses scripts whose first write may need memory. Whoever has the lock has the job, also if
-- somebody has removed it from the list.
call('LREM', queue .. ':active', -1, job)
call('DEL', jobKey .. ':lock')
call('ZREM', key('leases'), job)
local attempts = within(known[2], 0, MAX_TIME, 0) + 1
keepOutcome(job, ':completed', now, keepMs, 'returnvalue', outcome, 'finishedOn', now, 'atm', attempts)
-- Whatever lies under a name that a message gave, the run is over.
if inbox ~= '' then redis.pcall('XADD', inbox, 'NOMKSTREAM', 'MAXLEN', '~', maxInbox, '*', unpack(ARGV, 18)) end

release(tenant, job, string.find(ends, ':', 1, true) and ends or allOf(ends, job), usage, now)
local next, wasGiven
if leaseMs ~= '' then
  next, wasGiven = takeNext(token, leaseMs, executor, home, now, function()
    return nextFor(home ~= '' and home or nil, tenant, now)
  end)
end
-- What was given to it was counted then.
if home ~= '' and (wasGiven or not (next and next[1] and next ~= 'other')) then openSlot(home) end
dispatch(now)
return { next }
