import { FALLBACK_POLICY, POLICY_FIELDS } from '../tenant-policy.ts'
import { REDIS_CLOCK } from './clock.ts'
import { GUARD } from './guard.ts'

const fields = POLICY_FIELDS.map((name) => `'${name}'`).join(', ')
const fallback = Object.entries(FALLBACK_POLICY)
  .map(([name, value]) => `${name} = ${value}`)
  .join(', ')

/**
 * What every script of the gate starts with. KEYS[1] is what all keys of the queue start with; the other keys are made
 * of it, so that a queue named `{runs}` has all of them on one node of a cluster. Names of tenants come escaped (`escapeName`)
 * and jobs are named "tenant/id" (`jobIdOf`), so that neither holds a separator of its own.
 *
 *     gate            virtual time, count of enqueues, slots of the fleet, why it takes no more runs, how often the first
 *                     of gate:ready was passed over, how long outcomes are kept, by how much the clock of the queue is ahead
 *                     of Redis'
 *     gate:line:T     the runs of tenant T that wait, by priority, then by age
 *     gate:ready      tenants whose first waiting run may start, by its start tag
 *     gate:wake       tenants that may start a run again at that time
 *     gate:tags       the finish tag of the last run of each tenant that is not in gate:ready
 *     gate:flying     runs given to BullMQ and not over, by when that was last checked: "tenant/job"
 *     gate:running    how many of those each tenant has
 *     gate:expired    the same as gate:flying, of runs that executors settle as expired and do not run
 *     gate:leases     jobs that executors have, by until when they count as alive
 *     gate:due        delayed runs, by when they are due: "tenant/job"
 *     gate:expiry     runs that wait, by when they expire: "tenant/job"
 *     gate:queued, gate:bytes   what waits or is delayed, by tenant
 *     gate:bucket:T   tokens of the rate limit, of CPU time, and of CPU time for what its runs ruin
 *     gate:policy, gate:policy:T   caps: the fleet's defaults, and the tenant's own
 *     gate:changed    there for as long as executors take to see that gate:rules has changed
 *     gate:rules      what holds for the runs of each tenant, as JSON; of '' for all
 *     gate:executors, gate:slots   when each executor was last heard of, and its slots; an executor that has nothing to do
 *                     writes only the first
 *     gate:usage:T:H  what T used in hour H since 1970
 */
export const GATE_STATE = `${GUARD}${REDIS_CLOCK}
local function key(name)
  return queue .. ':gate:' .. name
end

local state = call('HMGET', queue .. ':gate', 'virtualTime', 'slots', 'overloadedUntil', 'memoryLeft', 'hasDefaults',
  'hasCpuBudgets', 'passedOver', 'rulesVersion', 'lookedAt', 'nextRun', 'nextRunSince', 'clockOffset', 'lastExecutorAt',
  'ruinUntil', 'repair')
local MAX_TAG = 1e12
local virtualTimeBefore = within(state[1], 0, MAX_TAG, 0)
local virtualTime = virtualTimeBefore
local slots = within(state[2], 0, 1e9, 0)
local overloadedUntil = within(state[3], 0, MAX_TIME, 0)
local memoryLeft = within(state[4], -MAX_TIME, MAX_TIME, nil)
-- Spare most fleets a look at policies that nobody has set.
local hasDefaults, hasCpuBudgets = state[5], state[6]
local passedOver = within(state[7], 0, MAX_TIME, 0)
-- By how much the clock of the queue is ahead of Redis' own, in milliseconds.
local clockOffset = within(state[12], -MAX_TIME, MAX_TIME, 0)
local lastExecutorAt = within(state[13], 0, MAX_TIME, 0)

-- The clock of the queue. It is Redis' own, but is never set back: a time that was noted would be too far off then, and runs
-- that are delayed or over their rate would wait for as long as the clock was set back by.
local function clock(given)
  local now = (tonumber(given) or redisTime()) + clockOffset
  if now >= lastExecutorAt then return now end
  clockOffset = clockOffset + lastExecutorAt - now
  -- A full Redis may refuse it; then the next script comes to the same.
  redis.pcall('HSET', queue .. ':gate', 'clockOffset', clockOffset)
  return lastExecutorAt
end

-- A time of the queue, by Redis' own clock: for people to read.
local function byRedisClock(time)
  return time and time - clockOffset
end
-- Until when there is a tenant whose runs have ruined something lately; most of the time there is none.
local ruinUntil = within(state[14], 0, MAX_TIME, 0)

local FIELDS = { ${fields} }
local FALLBACK = { ${fallback} }
local defaults

local policies = {}

local function policyOf(tenant)
  if policies[tenant] then return policies[tenant] end
  if not defaults then
    defaults = hasDefaults and call('HMGET', key('policy'), unpack(FIELDS)) or {}
  end
  local own = call('HMGET', key('policy:' .. tenant), unpack(FIELDS))
  local policy = {}
  for i, name in ipairs(FIELDS) do
    policy[name] = within(own[i], 1e-6, MAX_TIME, nil) or within(defaults[i], 1e-6, MAX_TIME, nil) or FALLBACK[name]
  end
  policies[tenant] = policy
  return policy
end

-- Gives nothing for what is no "tenant/job".
local function split(member)
  local slash = string.find(member, '/', 1, true)
  if not slash then return nil end
  return string.sub(member, 1, slash - 1), string.sub(member, slash + 1)
end
`
