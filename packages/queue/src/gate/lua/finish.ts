import { ACCOUNT } from './account.ts'
import { CAPS } from './caps.ts'
import { DISPATCH } from './dispatch.ts'
import { FAIR_ORDER } from './fair-order.ts'
import { GATE_STATE } from './gate-state.ts'
import { KEEP_OUTCOME } from './keep-outcome.ts'

/** A run is over that BullMQ has ended. ARGV: time or '', tenant, job, how its calls ended (as `countUsage` has it, or one word
 * for all), CPU ms, wall ms, bytes in, bytes out, CPU ms of starts it has caused, of those in the place of what it has ruined. */
export const FINISH = `${GATE_STATE}${CAPS}${FAIR_ORDER}${DISPATCH}${ACCOUNT}${KEEP_OUTCOME}
local now = clock(ARGV[1])
local usage = {
  cpuMs = tonumber(ARGV[5]),
  wallMs = tonumber(ARGV[6]),
  bytesIn = tonumber(ARGV[7]),
  bytesOut = tonumber(ARGV[8]),
  startMs = tonumber(ARGV[9]),
  ruinedMs = tonumber(ARGV[10]),
}
release(ARGV[2], ARGV[3], string.find(ARGV[4], ':', 1, true) and ARGV[4] or allOf(ARGV[4], ARGV[3]), usage, now)
keepEnded(ARGV[3], now)
dispatch(now, ARGV[2])
`
