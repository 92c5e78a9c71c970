import { CAPS } from './caps.ts'
import { GATE_STATE } from './gate-state.ts'

/**
 * Where a run is and why. ARGV: time or '', job. Returns a flat list of names and values, empty when there is no such
 * run.
 */
export const EXPLAIN = `${GATE_STATE}${CAPS}
local now = clock(ARGV[1])
local job = ARGV[2]
local run = call('HMGET', queue .. ':' .. job, 'timestamp', 'finishedOn', 'tenant', 'pb')
if not run[1] then return {} end
local told = { 'now', tostring(now) }

local function tell(name, value)
  if value == nil or value == false then return end
  table.insert(told, name)
  table.insert(told, type(value) == 'number' and string.format('%.17g', value) or value)
end

tell('finishedAt', run[2])
tell('takenBy', run[4])
tell('slots', slots)
tell('executors', call('ZCARD', key('executors')))
tell('lastExecutorAt', tonumber(call('HGET', queue .. ':gate', 'lastExecutorAt')))
local tenant = run[3]
if not tenant or run[2] then return told end
local member = tenant .. '/' .. job
tell('tenant', tenant)
tell('dueAt', tonumber(call('ZSCORE', key('due'), member)))
tell('isGiven', call('ZSCORE', key('flying'), member) and 1)
tell('isTaken', not call('LPOS', queue .. ':wait', job) and 1)
local ahead = call('ZRANK', key('line:' .. tenant), job)
if not ahead then return told end
tell('aheadInLine', ahead)
tell('inLine', call('ZCARD', key('line:' .. tenant)))
tell('tenantsAhead', call('ZRANK', key('ready'), tenant))
local policy = policyOf(tenant)
local cap, at = obstacle(tenant, policy, now)
tell('cap', cap)
tell('capAt', at)
if cap then tell('capIs', policy[cap]) end
tell('running', tonumber(call('HGET', key('running'), tenant)) or 0)
return told
`
