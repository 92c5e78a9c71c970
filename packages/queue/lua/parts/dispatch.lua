-- Gives runs to BullMQ in fair order, as many as the fleet can run and a few ahead, so that no executor waits for the
-- next. All others wait in the lines of their tenants, where they can still be ordered.
--
-- Defines: dispatch, nextFor, room, pushToBullMq, countGiven, send, tellOfNext, countQueued, joinLine, leaveLine, MAX_PRIORITY
-- Defines, for others to set: tellsOfNext

--- include "parts/guard.lua" for call, queue, bytesOf, callsOf
--- include "parts/gate-state.lua" for key, slots, passedOver, policyOf, virtualTime
--- include "parts/caps.lua" for obstacle, spendTokens
--- include "parts/fair-order.lua" for makeReady, leaveOrder, keepOrder
--- include "parts/homes.lua" for hasHomes, isAnyOpen, executorFor, giveTo, noteNear, firstNear

local MIN_AHEAD = 2
local AHEAD_PER_SLOT = 0.25
-- No priority is so low that a newer run could pass it.
local PRIORITY_STEP = 2 ^ 40
local MAX_PRIORITY = 1000
-- How many turns a tenant of weight 1 may have before its time.
local NEAR_TURNS = 8
-- Bounds how long one call keeps Redis busy; the next goes on.
local MAX_STEPS = 2000

local function ahead()
  return math.max(MIN_AHEAD, math.ceil(slots * AHEAD_PER_SLOT))
end

-- How many runs more than now BullMQ may be given; negative when it has more than that.
local function room()
  return slots + ahead() - call('LLEN', queue .. ':wait') - call('LLEN', queue .. ':active')
end

local function pushToBullMq(job)
  call('LPUSH', queue .. ':wait', job)
  call('ZADD', queue .. ':marker', 0, '0')
end

local tellsOfNext = true

-- Wakes an executor to look when something is due, if that is the first of a set: it would look a second later otherwise.
-- BullMQ has such a mark as well.
local function tellOfNext(set, at)
  if not tellsOfNext then return end
  local first = call('ZRANGE', key(set), 0, 0, 'WITHSCORES')
  if tonumber(first[2]) == at then call('ZADD', queue .. ':marker', at, '1') end
end

-- Gives how many runs of the tenant executors have now.
local function countGiven(tenant, job, now)
  -- It may be there already, if somebody removed the job by hand and its id is used again.
  local isNew = call('ZADD', key('flying'), now, tenant .. '/' .. job)
  return call('HINCRBY', key('running'), tenant, isNew)
end

-- Counts runs that come to wait (1) or wait no more (-1). The bytes of a run whose job was removed by hand are not known.
local function countQueued(tenant, runs, bytes)
  local before = bytes and 0 or bytesOf(call('HGET', key('bytes'), tenant)) or 0
  local queued = call('HINCRBY', key('queued'), tenant, runs)
  if queued <= 0 then
    call('HDEL', key('queued'), tenant)
    call('HDEL', key('bytes'), tenant)
  else
    call('HINCRBY', key('bytes'), tenant, runs * (bytes or math.floor(before / (queued - runs))))
  end
end

-- Whether the run is new in its tenant's line.
local function joinLine(tenant, job, priority)
  local place = call('HINCRBY', queue .. ':gate', 'enqueued', 1)
  local line = key('line:' .. tenant)
  local joined = call('ZADD', line, (MAX_PRIORITY - priority) * PRIORITY_STEP + place, job)
  -- A line that was there already is in the order, or is put there again by what holds it back.
  if call('ZCARD', line) == 1 then makeReady(tenant) end
  return joined == 1
end

-- Whether the run was there to be taken out of where it waits.
local function leaveLine(tenant, job)
  local member = tenant .. '/' .. job
  local left = call('ZREM', key('line:' .. tenant), job) + call('ZREM', key('due'), member)
  call('ZREM', key('expiry'), member)
  for _ = 1, left do countQueued(tenant, -1, bytesOf(call('HGET', queue .. ':' .. job, 'bytes'))) end
  return left > 0
end

-- The first job of a tenant's line, taken out of it, and its calls; nil when there is none, or it is gone.
local function takeFirst(tenant)
  local job = call('ZPOPMIN', key('line:' .. tenant))[1]
  if not job then return nil end
  local known = call('HMGET', queue .. ':' .. job, 'bytes', 'calls')
  call('ZREM', key('expiry'), tenant .. '/' .. job)
  countQueued(tenant, -1, bytesOf(known[1]))
  return job, known[1] and callsOf(known[2])
end

-- Who is next: the first in the order; or one whose turn is near and for whom the executor holds a cell, for to start one is
-- dear. Where tenants outnumber the cells that is the tenant of the run that has just ended, who holds a free thread; else
-- one that is near to the executor. The first is passed over no more than this many times.
local function nextOf(head, holder, executor)
  if passedOver >= math.max(NEAR_TURNS, slots) then return head end
  local latest = head[2] + NEAR_TURNS
  if holder and holder ~= head[1] and call('ZCARD', key('ready')) * 2 > slots then
    local startTag = tonumber(call('ZSCORE', key('ready'), holder))
    if startTag and startTag <= latest then return { holder, startTag, isPassing = true } end
  end
  if not executor then return head end
  local tenant, startTag = firstNear(executor)
  if not tenant or tenant == head[1] or startTag > latest then return head end
  return { tenant, startTag, isPassing = true }
end

-- Takes the next run of a tenant out of its line, for an executor if it is one with a list of its own. Gives the job; nil if
-- none may start now.
local function takeTurn(following, executor, now)
  local tenant, startTag = following[1], tonumber(following[2])
  local policy = policyOf(tenant)
  local cap, at, bucket = obstacle(tenant, policy, now)
  if cap then
    leaveOrder(tenant, startTag)
    if at then
      call('ZADD', key('wake'), at, tenant)
      tellOfNext('wake', at)
    end
    return nil
  end
  local job, calls = takeFirst(tenant)
  local isAtCap = false
  if calls then
    spendTokens(tenant, policy, bucket, calls, now)
    isAtCap = countGiven(tenant, job, now) >= (policy.maxConcurrent or math.huge)
    if following.isPassing then
      passedOver = passedOver + 1
    else
      passedOver = 0
      virtualTime = math.max(virtualTime, startTag)
    end
    startTag = startTag + calls / policy.weight
  end
  if isAtCap or call('EXISTS', key('line:' .. tenant)) == 0 then
    leaveOrder(tenant, startTag)
  elseif calls then
    call('ZADD', key('ready'), startTag, tenant)
    noteNear(executor, tenant, startTag)
  end
  return calls and job
end

-- Spares a second look in a script that has given out all that may start.
local isOrderEmpty = false

local function firstInOrder()
  if isOrderEmpty then return nil end
  local head = call('ZRANGE', key('ready'), 0, 0, 'WITHSCORES')
  isOrderEmpty = head[1] == nil
  return head[1] and head
end

-- Gives a run to the executor, or to whoever takes it first.
local function send(executor, job, now)
  if executor then giveTo(executor, job, now) else pushToBullMq(job) end
end

-- The next run for an executor that has a slot open, or for any; nil when none may start now. The holder is the tenant of the
-- run that has just ended there.
local function nextFor(executor, holder, now)
  if not hasHomes() and room() <= 0 then return nil end
  for _ = 1, MAX_STEPS do
    local head = firstInOrder()
    if not head then return nil end
    local job = takeTurn(nextOf(head, holder, executor), executor, now)
    if job then return job end
    holder = nil
  end
end

local function giveInOrder(now, holder)
  local head = firstInOrder()
  if not head then return end
  local left = hasHomes() and math.huge or room()
  for _ = 1, MAX_STEPS do
    if left <= 0 or not head then return end
    if hasHomes() and not isAnyOpen() then return end
    local following = nextOf(head, holder)
    local executor = executorFor(following[1])
    local job = takeTurn(following, executor, now)
    holder = nil
    if job then
      send(executor, job, now)
      left = left - 1
    end
    head = firstInOrder()
  end
end

-- The last that a script does. The holder is the tenant of a run that has just ended, if there is one.
local function dispatch(now, holder)
  giveInOrder(now, holder)
  keepOrder()
end
