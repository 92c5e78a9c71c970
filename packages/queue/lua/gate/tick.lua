-- What executors do every second while anything is there to do: tell that they are alive, and see to what no other script
-- does, because nobody calls it.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   executor        its name, or ''
--   executorSlots   how many runs it takes at once
--   open            how many of these no run is in, -1 if that is not known now; '' if it takes nothing that is given to it by name
--   deadAfterMs     until an executor not heard of is taken for dead
--   lookEveryMs     between two looks at a run that is under way
--   memoryShare     share of Redis' memory that may be used
--   maxAgeMs        for how long the next run may go untaken, 0 for ever
--   keepOutcomeMs   for how long outcomes are kept
--   maxKept         how many outcomes are kept
-- Returns: in how many milliseconds there is something to do again, or -1; how often the rules of tenants have changed; 1 if
--   there is nothing to do until something comes, else 0; the time; the payloads of outcomes that ended before their time;
--   the latest of what was set aside, as JSON; and the jobs whose executors have died

--- include "parts/guard.lua" for call, queue, within, MAX_TIME, dropMember, noteQuarantine, bytesOf
--- include "parts/delayed.lua" for SCORES_A_MS
--- include "parts/gate-state.lua" for clock, key, slots, homes, memoryLeft, virtualTime, lastExecutorAt, rulesVersion, repairWanted, split, policyOf, byRedisClock
--- include "parts/caps.lua" for obstacle, limitOf
--- include "parts/fair-order.lua" for makeReady, tidyTags
--- include "parts/homes.lua" for settle, leave, countHomes
--- include "parts/dispatch.lua" for room, pushToBullMq, countQueued, joinLine, leaveLine, MAX_PRIORITY, tellsOfNext, dispatch
--- include "parts/account.lua" for allOf, release
--- include "parts/keep-outcome.lua" for keepEnded
--- include "parts/forget-outcomes.lua" for forgetOutcomes
--- include "parts/overload.lua" for lookForOverload, mayBeOverloadedSoon
--- include "parts/repair.lua" for checkKeys, placedJobs, isPlaced, repair
--- include "parts/recover.lua" for recover, checkActive

local time, executor, executorSlots, open, deadAfterMs, lookEveryMs, memoryShare, maxAgeMs, keepOutcomeMs,
  maxKept = unpack(ARGV)
local AT_ONCE = 500
local MAX_NOTES_TOLD = 20
local now = clock(time)

-- Comes first: a full Redis refuses scripts whose first write may need memory, and this one is what frees it.
local dead = call('ZRANGEBYSCORE', key('executors'), '-inf', now - deadAfterMs)
call('ZREMRANGEBYSCORE', key('executors'), '-inf', now - deadAfterMs)
call('ZREMRANGEBYSCORE', key('executors'), MAX_TIME, '+inf')
for _, name in ipairs(dead) do
  call('HDEL', key('slots'), name)
  leave(name)
end
if executor ~= '' then
  call('ZADD', key('executors'), now, executor)
  call('HSET', key('slots'), executor, executorSlots)
  -- Where somebody has paused the queue or limited it by hand, BullMQ's own script gives runs out, which knows of no homes.
  local meta = call('HMGET', queue .. ':meta', 'paused', 'concurrency', 'max')
  if open == '' or tonumber(executorSlots) == 0 or meta[1] or meta[2] or meta[3] then
    leave(executor)
  else
    settle(executor, tonumber(executorSlots), tonumber(open))
  end
end
countHomes()
slots = 0
for _, count in ipairs(call('HVALS', key('slots'))) do slots = slots + within(count, 0, 1e6, 0) end
if executor ~= '' then
  call('HSET', queue .. ':gate', 'slots', slots, 'homes', homes, 'lastExecutorAt', now, 'keepOutcomeMs', keepOutcomeMs)
else
  call('HSET', queue .. ':gate', 'slots', slots, 'homes', homes)
end
lookForOverload(tonumber(memoryShare), tonumber(maxAgeMs), now)
local payloads, isMoreToForget = forgetOutcomes(tonumber(maxKept), memoryLeft and memoryLeft <= 0, now)

local lost = {}

-- Keys that are there only while an executor has something to do. TypeScript has them too, and says more.
local CALM_KEYS = {
  ':wait', ':active', ':delayed', ':gate:wake', ':gate:due', ':gate:expiry', ':gate:flying', ':gate:expired',
  ':gate:ready', ':gate:tags', ':gate:queued', ':gate:changed',
}

local function hasWork()
  local keys = {}
  for i, name in ipairs(CALM_KEYS) do keys[i] = queue .. name end
  return call('EXISTS', unpack(keys)) > 0
end

local function answer(nextInMs, isCalm)
  if isMoreToForget then nextInMs = 0 end
  local isOver = isCalm and not isMoreToForget
  local notes = call('ZREVRANGE', queue .. ':quarantine', 0, MAX_NOTES_TOLD - 1)
  -- Nobody knows which rules hold now: they are read again.
  local isUnknown = not rulesVersion and call('EXISTS', key('rules')) == 1
  local version = math.floor(within(rulesVersion, 0, MAX_TIME, (rulesVersion or isUnknown) and now or 0))
  return { math.min(nextInMs, 60000), version, isOver and 1 or 0, now, payloads, notes, lost }
end

-- Most queues are idle most of the time: one look then takes the place of many.
if not repairWanted and virtualTime == 0 and not hasWork() then
  -- Of jobs that were removed by hand.
  call('DEL', key('leases'), key('near:' .. executor))
  return answer(-1, not mayBeOverloadedSoon())
end

checkKeys()
if call('HGET', queue .. ':gate', 'repair') then repair(now) end
lost = recover(now, lastExecutorAt, executor)
checkActive(now)

-- Those of BullMQ's delayed jobs are the highest.
local MAX_SCORE = MAX_TIME * SCORES_A_MS

-- What is due, and what has no time at all.
local function due(set, before, atOnce)
  local members = call('ZRANGEBYSCORE', set, '-inf', before, 'LIMIT', 0, atOnce or AT_ONCE)
  for _, member in ipairs(call('ZRANGEBYSCORE', set, MAX_SCORE, '+inf', 'LIMIT', 0, atOnce or AT_ONCE)) do
    table.insert(members, member)
  end
  return members
end

-- Does something for each "tenant/job" that is due.
local function forEachDue(set, before, atOnce, act)
  for _, member in ipairs(due(set, before, atOnce)) do
    local tenant, job = split(member)
    if tenant then act(tenant, job, member) else dropMember(set, member) end
  end
end

for _, tenant in ipairs(due(key('wake'), now)) do
  call('ZREM', key('wake'), tenant)
  if call('EXISTS', key('line:' .. tenant)) == 1 then makeReady(tenant) end
end

forEachDue(key('due'), now, AT_ONCE, function(tenant, job, member)
  local run = call('HMGET', queue .. ':' .. job, 'runPriority', 'expiresAt', 'bytes')
  call('ZREM', key('due'), member)
  local priority = within(run[1], -MAX_PRIORITY, MAX_PRIORITY, 0)
  local isMoved = run[1] and joinLine(tenant, job, priority)
  if isMoved then
    call('ZADD', key('expiry'), within(run[2], 0, MAX_TIME, now), member)
  else
    -- Somebody removed the job by hand, and its id may be used again.
    countQueued(tenant, -1, bytesOf(run[3]))
  end
end)

-- The name of a job that an executor is to settle as expired, with what held it back: "expired maxConcurrent 8".
local function expiredBy(tenant)
  local policy = policyOf(tenant)
  local cap, at = obstacle(tenant, policy, now)
  if not cap then return 'expired' end
  return string.format('expired %s %.17g %.17g', cap, limitOf(cap, tenant, policy, now), byRedisClock(at) or 0)
end

-- An executor settles them as expired and runs nothing, whatever caps their tenants are at. They are not to crowd out
-- those that are still wanted.
local mayExpire = math.min(AT_ONCE, math.max(0, room() + slots))
forEachDue(key('expiry'), now, mayExpire, function(tenant, job, member)
  local isThere = call('EXISTS', queue .. ':' .. job) == 1
  if leaveLine(tenant, job) and isThere then
    call('HSET', queue .. ':' .. job, 'name', expiredBy(tenant))
    call('ZADD', key('expired'), now, member)
    pushToBullMq(job)
  end
end)

-- An executor that dies between completing a run and saying so here leaves the run's place taken.
local function lookAtRuns(set)
  local placed
  forEachDue(set, now - lookEveryMs, AT_ONCE, function(tenant, job, member)
    local run = call('HMGET', queue .. ':' .. job, 'timestamp', 'finishedOn', 'returnvalue', 'failedReason')
    -- One that waits is another of the same id, whose first job was removed by hand.
    local waits = call('ZSCORE', key('line:' .. tenant), job) or call('ZSCORE', key('due'), member)
    if run[1] and not run[2] and not waits then
      placed = placed or placedJobs()
      -- Somebody has removed it from BullMQ's lists, and no executor has it.
      if not isPlaced(job, placed) then
        call('RPUSH', queue .. ':wait', job)
        noteQuarantine(queue .. ':active', 'lacked a job that is not over', job)
      end
      call('ZADD', set, now, member)
    else
      local ok, outcome = pcall(cjson.decode, run[3] or '')
      outcome = ok and type(outcome) == 'table' and outcome or {}
      local usage = type(outcome.usage) == 'table' and outcome.usage or {}
      local status = type(outcome.status) == 'string' and outcome.status
      release(tenant, job, allOf(status or run[4] and 'trouble' or 'lost', job), {
        cpuMs = within(usage.cpuMs, 0, MAX_TIME, 0),
        wallMs = within(usage.wallMs, 0, MAX_TIME, 0),
        bytesIn = within(usage.bytesIn, 0, MAX_TIME, 0),
        bytesOut = within(usage.bytesOut, 0, MAX_TIME, 0),
        startMs = within(usage.startCpuMs, 0, MAX_TIME, 0),
        ruinedMs = within(usage.ruinedCpuMs, 0, MAX_TIME, 0),
      }, now)
      keepEnded(job, now)
    end
  end)
end
lookAtRuns(key('flying'))
lookAtRuns(key('expired'))

-- Runs that are tried again. BullMQ counts on within a millisecond.
for _, job in ipairs(due(queue .. ':delayed', (now + 1) * SCORES_A_MS - 1)) do
  call('ZREM', queue .. ':delayed', job)
  local jobKey = queue .. ':' .. job
  if call('HGET', jobKey, 'timestamp') then
    call('HSET', jobKey, 'delay', 0)
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
local retryAt = within(retry[2], 0, MAX_SCORE, now * SCORES_A_MS) / SCORES_A_MS
local nextInMs = retry[2] and math.max(0, math.floor(retryAt) - now) or -1
for _, set in ipairs({ 'wake', 'due', 'expiry', 'leases' }) do
  local head = call('ZRANGE', key(set), 0, 0, 'WITHSCORES')
  local inMs = head[2] and math.max(0, math.ceil(within(head[2], 0, MAX_TIME, now) - now))
  if inMs and (nextInMs < 0 or inMs < nextInMs) then nextInMs = inMs end
end
return answer(nextInMs)
