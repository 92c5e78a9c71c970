import { CAPS } from './caps.ts'
import { DISPATCH } from './dispatch.ts'
import { FAIR_ORDER } from './fair-order.ts'
import { GATE_STATE } from './gate-state.ts'

/**
 * Gives a tenant a policy, or the fleet its default. ARGV: time or '', tenant or '', its rules or '', then names and values of
 * caps; none, and they are gone. What the old one held back is asked again at once.
 */
export const SET_POLICY = `${GATE_STATE}${CAPS}${FAIR_ORDER}${DISPATCH}
-- Executors that have nothing to do look each second whether anything is there.
local SEEN_WITHIN_MS = 3000
local now = clock(ARGV[1])
local tenant = ARGV[2]
local policy = tenant == '' and key('policy') or key('policy:' .. tenant)
call('DEL', policy)
if ARGV[3] == '' then call('HDEL', key('rules'), tenant) else call('HSET', key('rules'), tenant, ARGV[3]) end
call('HINCRBY', queue .. ':gate', 'rulesVersion', 1)
call('SET', key('changed'), 1, 'PX', SEEN_WITHIN_MS)
if #ARGV > 3 then call('HSET', policy, unpack(ARGV, 4)) end
if tenant == '' then
  hasDefaults = #ARGV > 3
  if hasDefaults then call('HSET', queue .. ':gate', 'hasDefaults', 1) else call('HDEL', queue .. ':gate', 'hasDefaults') end
end
for i = 4, #ARGV, 2 do
  if ARGV[i] == 'cpuMsPerMinute' then call('HSET', queue .. ':gate', 'hasCpuBudgets', 1) end
end
local affected = tenant == '' and call('HKEYS', key('queued')) or { tenant }
for _, name in ipairs(affected) do
  call('ZREM', key('wake'), name)
  if call('EXISTS', key('line:' .. name)) == 1 then makeReady(name) end
end
dispatch(now)
`
