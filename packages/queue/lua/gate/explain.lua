-- Where a run is, and what is in its way.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   job             its id: "tenant/run"
--   deadAfterMs     until an executor not heard of is taken for dead
-- Returns: a flat list of names and values, empty when there is no such run

--- include "parts/guard.lua" for call, queue, within, MAX_TIME
--- include "parts/delayed.lua" for SCORES_A_MS
--- include "parts/gate-state.lua" for clock, key, byRedisClock, policyOf
--- include "parts/caps.lua" for obstacle, limitOf
--- include "parts/live-slots.lua" for liveSlots

local time, job, deadAfterMs = unpack(ARGV)
local now = clock(time)
local run = call('HMGET', queue .. ':' .. job, 'timestamp', 'finishedOn', 'tenant', 'pb')
if not run[1] then return {} end
local told = {}

local function tell(name, value)
  if value == nil or value == false then return end
  table.insert(told, name)
  table.insert(told, type(value) == 'number' and string.format('%.17g', value) or value)
end

local tenant = run[3]
tell('now', byRedisClock(now))
tell('executor', run[4])
-- Executors that were killed say nothing, and if all were, nobody else removes their slots.
tell('slots', liveSlots(now, deadAfterMs))
-- The last that ticked may be long dead, and one that is alive may have nothing to tick for.
local lastTickAt = within(call('HGET', queue .. ':gate', 'lastExecutorAt'), 0, MAX_TIME, nil)
local lastHeardOf = call('ZRANGE', key('executors'), -1, -1, 'WITHSCORES')
tell('lastExecutorAt', lastTickAt and byRedisClock(math.max(lastTickAt, tonumber(lastHeardOf[2]) or 0)))

local function whereabouts(member)
  if run[2] then return 'over' end
  local dueAt = tonumber(call('ZSCORE', key('due'), member))
  tell('dueAt', byRedisClock(dueAt))
  if dueAt then return 'delayed' end
  local retryAt = tonumber(call('ZSCORE', queue .. ':delayed', job))
  if retryAt then
    tell('dueAt', byRedisClock(math.floor(retryAt / SCORES_A_MS)))
    return 'retrying'
  end
  local ahead = call('ZRANK', key('line:' .. tenant), job)
  if not ahead then
    -- One that was given to an executor has a lease before that takes it.
    local isGiven = call('ZSCORE', key('leases'), job) and not call('LPOS', queue .. ':active', job)
    return (isGiven or call('LPOS', queue .. ':wait', job)) and 'next' or 'running'
  end
  tell('runsAhead', ahead)
  tell('tenantsAhead', call('ZRANK', key('ready'), tenant))
  local policy = policyOf(tenant)
  local cap, at = obstacle(tenant, policy, now)
  tell('cap', cap)
  tell('capAt', byRedisClock(at))
  if cap then tell('capLimit', limitOf(cap, tenant, policy, now)) end
  return 'waiting'
end

tell('phase', whereabouts((tenant or '') .. '/' .. job))
return told
