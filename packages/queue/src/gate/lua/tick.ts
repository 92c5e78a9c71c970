import { ACCOUNT } from './account.ts'
import { CAPS } from './caps.ts'
import { DISPATCH } from './dispatch.ts'
import { FAIR_ORDER } from './fair-order.ts'
import { GATE_STATE } from './gate-state.ts'

/**
 * What executors do every second: tell that they are alive, and see to what no other script does, because nobody calls
 * it. ARGV: time or '', executor or '', its slots, milliseconds until an executor not heard of is taken for dead,
 * milliseconds between two looks at a run that is under way.
 *
 * Returns the time when there is something to do again, or -1.
 */
export const TICK = `${GATE_STATE}${CAPS}${FAIR_ORDER}${DISPATCH}${ACCOUNT}
local AT_ONCE = 500
local now = clock(ARGV[1])
local executor, deadAfterMs, lookEveryMs = ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5])

if executor ~= '' then
  call('ZADD', key('executors'), now, executor)
  call('HSET', key('slots'), executor, ARGV[3])
end
for _, dead in ipairs(call('ZRANGEBYSCORE', key('executors'), '-inf', now - deadAfterMs)) do
  call('ZREM', key('executors'), dead)
  call('HDEL', key('slots'), dead)
end
slots = 0
for _, count in ipairs(call('HVALS', key('slots'))) do slots = slots + tonumber(count) end
call('HSET', queue .. ':gate', 'slots', slots)
if executor ~= '' then call('HSET', queue .. ':gate', 'lastExecutorAt', now) end

local function due(set, before)
  return call('ZRANGEBYSCORE', set, '-inf', before, 'LIMIT', 0, AT_ONCE)
end

for _, tenant in ipairs(due(key('wake'), now)) do
  call('ZREM', key('wake'), tenant)
  makeReady(tenant)
end

for _, member in ipairs(due(key('due'), now)) do
  local tenant, job = split(member)
  local run = call('HMGET', queue .. ':' .. job, 'runPriority', 'expiresAt')
  call('ZREM', key('due'), member)
  if run[1] then
    call('ZADD', key('expiry'), tonumber(run[2]), member)
    joinLine(tenant, job, tonumber(run[1]))
  end
end

-- An executor settles them as expired, whatever caps their tenants are at: it costs next to nothing.
for _, member in ipairs(due(key('expiry'), now)) do
  local tenant, job = split(member)
  local isThere = call('EXISTS', queue .. ':' .. job) == 1
  if leaveLine(tenant, job) and isThere then giveToBullMq(tenant, job, now) end
end

-- An executor that dies between completing a run and saying so here leaves the run's place taken.
for _, member in ipairs(due(key('flying'), now - lookEveryMs)) do
  local tenant, job = split(member)
  local run = call('HMGET', queue .. ':' .. job, 'timestamp', 'finishedOn', 'returnvalue')
  if run[1] and not run[2] then
    call('ZADD', key('flying'), now, member)
  else
    local ok, outcome = pcall(cjson.decode, run[3] or '')
    local usage = ok and type(outcome) == 'table' and outcome.usage
    local status = ok and type(outcome) == 'table' and outcome.status
    local function amount(name) return usage and tonumber(usage[name]) or 0 end
    release(tenant, job, status or 'lost', {
      cpuMs = amount('cpuMs'),
      wallMs = amount('wallMs'),
      bytesIn = amount('bytesIn'),
      bytesOut = amount('bytesOut'),
    }, now)
  end
end

tidyTags()
dispatch(now)

local nextAt = -1
for _, set in ipairs({ 'wake', 'due', 'expiry' }) do
  local head = call('ZRANGE', key(set), 0, 0, 'WITHSCORES')
  local at = tonumber(head[2])
  if at and (nextAt < 0 or at < nextAt) then nextAt = at end
end
return nextAt
`
