import { CAPS } from './caps.ts'
import { DISPATCH } from './dispatch.ts'
import { FAIR_ORDER } from './fair-order.ts'
import { GATE_STATE } from './gate-state.ts'

/**
 * Takes a run from its executor, to be given out again after a pause: BullMQ keeps it in its list of delayed jobs meanwhile. ARGV:
 * time or '', job, lock token, milliseconds. Returns 1; 0 when the executor has lost the run.
 */
export const PUT_OFF = `${GATE_STATE}${CAPS}${FAIR_ORDER}${DISPATCH}
-- So that BullMQ tells jobs of one millisecond apart.
local SCORES_A_MS = 4096
local job, token, pauseMs = ARGV[2], ARGV[3], tonumber(ARGV[4])
local jobKey = queue .. ':' .. job
if call('GET', jobKey .. ':lock') ~= token then return 0 end
call('LREM', queue .. ':active', -1, job)
call('DEL', jobKey .. ':lock')
call('ZREM', key('leases'), job)
call('HSET', jobKey, 'delay', pauseMs)
local at = clock(ARGV[1]) + pauseMs
call('ZADD', queue .. ':delayed', at * SCORES_A_MS, job)
call('ZADD', queue .. ':marker', at, '1')
return 1
`
