import { ACCOUNT } from './account.ts'
import { CAPS } from './caps.ts'
import { DISPATCH } from './dispatch.ts'
import { FAIR_ORDER } from './fair-order.ts'
import { GATE_STATE } from './gate-state.ts'

/**
 * Takes out a run that no executor has taken, and forgets it. ARGV: time or '', job, status under which it is counted.
 * Returns `removed`, `taken`, `over` or `missing`.
 */
export const REMOVE = `${GATE_STATE}${CAPS}${FAIR_ORDER}${DISPATCH}${ACCOUNT}
local now = clock(ARGV[1])
local job, status = ARGV[2], ARGV[3]
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
  return 'taken'
end
call('DEL', jobKey)
dispatch(now)
return 'removed'
`
