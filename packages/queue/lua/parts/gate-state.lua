-- What every script of the gate starts with: the state of the queue, its clock, and the policies of tenants. Names of tenants
-- come escaped (`escapeName`) and jobs are named "tenant/id" (`jobIdOf`), so that neither holds a separator of its own.
--
-- Defines: key, clock, byRedisClock, policyOf, split, MAX_TAG, virtualTimeBefore, passedOverBefore, lastExecutorAt, rulesVersion, repairWanted,
--   lookedAt, nextRun, nextRunSince, hasCpuBudgets
-- Defines, for others to set: virtualTime, slots, overloadedUntil, memoryLeft, hasDefaults, passedOver, ruinUntil, homes

--- include "parts/guard.lua" for call, queue, within, MAX_TIME
--- include "parts/redis-clock.lua" for redisTime

local function key(name)
  return queue .. ':gate:' .. name
end

local state = call('HMGET', queue .. ':gate', 'virtualTime', 'slots', 'overloadedUntil', 'memoryLeft', 'hasDefaults',
  'hasCpuBudgets', 'passedOver', 'clockOffset', 'lastExecutorAt', 'ruinUntil', 'rulesVersion', 'repair', 'lookedAt',
  'nextRun', 'nextRunSince', 'homes')
local MAX_TAG = 1e12
local virtualTimeBefore = within(state[1], 0, MAX_TAG, 0)
local virtualTime = virtualTimeBefore
local slots = within(state[2], 0, 1e9, 0)
local overloadedUntil = within(state[3], 0, MAX_TIME, 0)
local memoryLeft = within(state[4], -MAX_TIME, MAX_TIME, nil)
-- Spare most fleets a look at policies that nobody has set.
local hasDefaults, hasCpuBudgets = state[5], state[6]
local passedOverBefore = within(state[7], 0, MAX_TIME, 0)
local passedOver = passedOverBefore
-- By how much the clock of the queue is ahead of Redis' own, in milliseconds.
local clockOffset = within(state[8], -MAX_TIME, MAX_TIME, 0)
local lastExecutorAt = within(state[9], 0, MAX_TIME, 0)
-- Until when there is a tenant whose runs have ruined something lately; most of the time there is none.
local ruinUntil = within(state[10], 0, MAX_TIME, 0)
-- How many places executors have on the ring of homes.
local homes = within(state[16], 0, MAX_TIME, 0)
-- As they are stored, for those that need them.
local rulesVersion, repairWanted, lookedAt, nextRun, nextRunSince = state[11], state[12], state[13], state[14], state[15]

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

-- The caps of a tenant, in the order in which Redis is asked for them, and what holds where nobody has set them.
local CAPS = {
  'weight', 'maxConcurrent', 'runsPerSecond', 'burst', 'maxQueued', 'maxQueuedBytes', 'cpuMsPerMinute', 'paused',
  'maxBundleBytes', 'maxSchedules',
}
local FALLBACK = {
  weight = 1,
  maxQueued = 100000,
  maxQueuedBytes = 268435456,
  maxBundleBytes = 1073741824,
  maxSchedules = 1000,
}
local defaults
local policies = {}

local function policyOf(tenant)
  if policies[tenant] then return policies[tenant] end
  if not defaults then
    defaults = hasDefaults and call('HMGET', key('policy'), unpack(CAPS)) or {}
  end
  local own = call('HMGET', key('policy:' .. tenant), unpack(CAPS))
  local policy = {}
  for i, name in ipairs(CAPS) do
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
