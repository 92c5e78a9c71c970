import { CALM_KEYS } from '../calm-keys.ts'
import { ACCOUNT } from './account.ts'
import { CAPS } from './caps.ts'
import { DISPATCH } from './dispatch.ts'
import { FAIR_ORDER } from './fair-order.ts'
import { FORGET_OUTCOMES } from './forget-outcomes.ts'
import { GATE_STATE } from './gate-state.ts'
import { KEEP_OUTCOME } from './keep-outcome.ts'
import { OVERLOAD } from './overload.ts'

const calmKeys = CALM_KEYS.map((name) => `queue .. '${name}'`).join(', ')

/**
 * What executors do every second while anything is there to do: tell that they are alive, and see to what no other script
 * does, because nobody calls it. ARGV: time or '', executor or '', its slots, milliseconds until an executor not heard of
 * is taken for dead, milliseconds between two looks at a run that is under way, share of Redis' memory that may be used,
 * milliseconds that the next run may go untaken (0 for ever), milliseconds for which outcomes are kept, how many are kept.
 *
 * Returns in how many milliseconds there is something to do again, or -1; how often the rules of tenants have changed; 1 if
 * there is nothing to do until something comes, else 0; the time; and the payloads of outcomes that ended before their time.
 */
export const TICK = `${GATE_STATE}${CAPS}${FAIR_ORDER}${DISPATCH}${ACCOUNT}${KEEP_OUTCOME}${FORGET_OUTCOMES}${OVERLOAD}
local AT_ONCE = 500
local now = clock(ARGV[1])
local executor, deadAfterMs, lookEveryMs = ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5])

-- Comes first: a full Redis refuses scripts whose first write may need memory, and this one is what frees it.
local dead = call('ZRANGEBYSCORE', key('executors'), '-inf', now - deadAfterMs)
call('ZREMRANGEBYSCORE', key('executors'), '-inf', now - deadAfterMs)
for _, name in ipairs(dead) do call('HDEL', key('slots'), name) end
if executor ~= '' then
  call('ZADD', key('executors'), now, executor)
  call('HSET', key('slots'), executor, ARGV[3])
end
slots = 0
for _, count in ipairs(call('HVALS', key('slots'))) do slots = slots + tonumber(count) end
if executor ~= '' then
  call('HSET', queue .. ':gate', 'slots', slots, 'lastExecutorAt', now, 'keepOutcomeMs', ARGV[8])
else
  call('HSET', queue .. ':gate', 'slots', slots)
end
lookForOverload(tonumber(ARGV[6]), tonumber(ARGV[7]), now)
local payloads, isMoreToForget = forgetOutcomes(tonumber(ARGV[9]), memoryLeft and memoryLeft <= 0, now)

local function answer(nextInMs, isCalm)
  if isMoreToForget then nextInMs = 0 end
  return { nextInMs, tonumber(state[8]) or 0, isCalm and not isMoreToForget and 1 or 0, now, payloads }
end

-- Most queues are idle most of the time: one look then takes the place of many.
if virtualTime == 0 and call('EXISTS', ${calmKeys}) == 0 then
  return answer(-1, not mayBeOverloadedSoon())
end

local function due(set, before, atOnce)
  return call('ZRANGEBYSCORE', set, '-inf', before, 'LIMIT', 0, atOnce or AT_ONCE)
end

for _, tenant in ipairs(due(key('wake'), now)) do
  call('ZREM', key('wake'), tenant)
  if call('EXISTS', key('line:' .. tenant)) == 1 then makeReady(tenant) end
end

for _, member in ipairs(due(key('due'), now)) do
  local tenant, job = split(member)
  local run = call('HMGET', queue .. ':' .. job, 'runPriority', 'expiresAt', 'bytes')
  call('ZREM', key('due'), member)
  local isMoved = run[1] and joinLine(tenant, job, tonumber(run[1]))
  if isMoved then
    call('ZADD', key('expiry'), tonumber(run[2]), member)
  else
    -- Somebody removed the job by hand, and its id may be used again.
    countQueued(tenant, -1, tonumber(run[3]))
  end
end

-- The name of a job that an executor is to settle as expired, with what held it back: "expired maxConcurrent 8".
local function expiredBy(tenant)
  local policy = policyOf(tenant)
  local cap, at = obstacle(tenant, policy, now)
  return cap and string.format('expired %s %.17g %.17g', cap, policy[cap], byRedisClock(at) or 0) or 'expired'
end

-- An executor settles them as expired and runs nothing, whatever caps their tenants are at. They are not to crowd out
-- those that are still wanted.
for _, member in ipairs(due(key('expiry'), now, math.min(AT_ONCE, math.max(0, room() + slots)))) do
  local tenant, job = split(member)
  local isThere = call('EXISTS', queue .. ':' .. job) == 1
  if leaveLine(tenant, job) and isThere then
    call('HSET', queue .. ':' .. job, 'name', expiredBy(tenant))
    call('ZADD', key('expired'), now, member)
    pushToBullMq(job)
  end
end

-- An executor that dies between completing a run and saying so here leaves the run's place taken.
local function lookAtRuns(set)
  for _, member in ipairs(due(set, now - lookEveryMs)) do
    local tenant, job = split(member)
    local run = call('HMGET', queue .. ':' .. job, 'timestamp', 'finishedOn', 'returnvalue', 'failedReason')
    -- One that waits is another of the same id, whose first job was removed by hand.
    local waits = call('ZSCORE', key('line:' .. tenant), job) or call('ZSCORE', key('due'), member)
    if run[1] and not run[2] and not waits then
      call('ZADD', set, now, member)
    else
      local ok, outcome = pcall(cjson.decode, run[3] or '')
      outcome = ok and type(outcome) == 'table' and outcome or {}
      local usage = type(outcome.usage) == 'table' and outcome.usage or {}
      release(tenant, job, allOf(outcome.status or run[4] and 'trouble' or 'lost', job), {
        cpuMs = tonumber(usage.cpuMs),
        wallMs = tonumber(usage.wallMs),
        bytesIn = tonumber(usage.bytesIn),
        bytesOut = tonumber(usage.bytesOut),
      }, now)
      keepEnded(job, now)
    end
  end
end
lookAtRuns(key('flying'))
lookAtRuns(key('expired'))

-- Runs that are tried again. BullMQ counts on within a millisecond.
for _, job in ipairs(due(queue .. ':delayed', (now + 1) * 4096 - 1)) do
  call('ZREM', queue .. ':delayed', job)
  if call('EXISTS', queue .. ':' .. job) == 1 then
    call('HSET', queue .. ':' .. job, 'delay', 0)
    pushToBullMq(job)
  end
end

tidyTags()
-- This executor is told when it returns.
tellsOfNext = false
dispatch(now)

-- An executor that dies may take the marker with it that BullMQ wakes one of the others by.
if call('EXISTS', queue .. ':wait') == 1 then call('ZADD', queue .. ':marker', 0, '0') end

local retry = call('ZRANGE', queue .. ':delayed', 0, 0, 'WITHSCORES')
local nextInMs = retry[2] and math.max(0, math.floor(retry[2] / 4096) - now) or -1
for _, set in ipairs({ 'wake', 'due', 'expiry' }) do
  local head = call('ZRANGE', key(set), 0, 0, 'WITHSCORES')
  local inMs = head[2] and math.max(0, math.ceil(tonumber(head[2]) - now))
  if inMs and (nextInMs < 0 or inMs < nextInMs) then nextInMs = inMs end
end
return answer(nextInMs)
`
