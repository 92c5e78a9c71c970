import { ACCOUNT } from './account.ts'
import { CAPS } from './caps.ts'
import { DISPATCH } from './dispatch.ts'
import { FAIR_ORDER } from './fair-order.ts'
import { GATE_STATE } from './gate-state.ts'
import { KEEP_OUTCOME } from './keep-outcome.ts'
import { TAKE } from './take.ts'

/**
 * Completes a run, tells its client, frees its place at the gate, and takes the next, in one step. ARGV: time or '', job,
 * lock token, outcome, milliseconds for which the outcome is kept, how its calls ended (as `countUsage` has it, or one word for
 * all), CPU ms, wall ms, bytes in, bytes out, CPU ms of starts it has caused, of those in the place of what it has ruined,
 * milliseconds that the lease of the next run lasts or '' to take none, name of the executor, inbox or '', its length at most,
 * fields of the reply.
 *
 * Returns 'other' before it has done anything where there is more to do than that: then BullMQ's own script has to. Else a list
 * of what `takeNext` gives, or of nothing if none was to be taken.
 */
export const COMPLETE = `${GATE_STATE}${CAPS}${FAIR_ORDER}${DISPATCH}${ACCOUNT}${KEEP_OUTCOME}${TAKE}
local now = clock(ARGV[1])
local job, token, outcome = ARGV[2], ARGV[3], ARGV[4]
local keepMs, ends = tonumber(ARGV[5]), ARGV[6]
local usage = {
  cpuMs = tonumber(ARGV[7]),
  wallMs = tonumber(ARGV[8]),
  bytesIn = tonumber(ARGV[9]),
  bytesOut = tonumber(ARGV[10]),
  startMs = tonumber(ARGV[11]),
  ruinedMs = tonumber(ARGV[12]),
}
local leaseMs, worker, inbox = ARGV[13], ARGV[14], ARGV[15]
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
if inbox ~= '' then redis.pcall('XADD', inbox, 'NOMKSTREAM', 'MAXLEN', '~', ARGV[16], '*', unpack(ARGV, 17)) end

release(tenant, job, string.find(ends, ':', 1, true) and ends or allOf(ends, job), usage, now)
dispatch(now, tenant)
return { leaseMs ~= '' and takeNext(token, leaseMs, worker, now) or nil }
`
