import { GATE_STATE } from './gate-state.ts'

/** How many slots the executors have that are alive. */
export const LIVE_SLOTS = `
local function liveSlots(now, deadAfterMs)
  local live = 0
  for _, name in ipairs(call('ZRANGEBYSCORE', key('executors'), '(' .. (now - deadAfterMs), '+inf')) do
    live = live + within(call('HGET', key('slots'), name), 0, 1e6, 0)
  end
  return live
end
`

/** Whether an executor is alive that takes runs, as 1 or 0. ARGV: time or '', milliseconds until one not heard of is taken for dead. */
export const HAS_EXECUTORS = `${GATE_STATE}${LIVE_SLOTS}
return liveSlots(clock(ARGV[1]), ARGV[2]) > 0 and 1 or 0
`
