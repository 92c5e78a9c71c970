import { GATE_STATE } from './gate-state.ts'

/** Whether an executor is alive that takes runs, as 1 or 0. ARGV: time or '', milliseconds until one not heard of is taken for dead. */
export const HAS_EXECUTORS = `${GATE_STATE}
for _, name in ipairs(call('ZRANGEBYSCORE', key('executors'), '(' .. (clock(ARGV[1]) - ARGV[2]), '+inf')) do
  if tonumber(call('HGET', key('slots'), name) or 0) > 0 then return 1 end
end
return 0
`
