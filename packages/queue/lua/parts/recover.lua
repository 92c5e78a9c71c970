-- Gives out again the runs of executors that have died. Executors that hold runs renew their leases several times before these
-- end, so an executor whose lease has ended is dead, or stood still for too long.
--
-- Defines: recover, checkActive

--- include "parts/guard.lua" for call, queue, within, noteQuarantine
--- include "parts/gate-state.lua" for key
--- include "parts/given.lua" for giveBack
--- include "parts/homes.lua" for takeFromGiven, openSlot, TAKEN_WITHIN_MS
--- include "parts/repair.lua" for checkType

-- Ticks come each second. If none came for so long, Redis stood still, or all executors did: they have no fault in that their
-- leases have ended, and get the time to renew them, once.
local STANDSTILL_MS = 1500
local GRACE_MS = 750
-- Marks a lease that was prolonged so: other leases end at whole milliseconds.
local GRACE_MARK = 0.5
-- BullMQ's workers, as executors of an older version use them, keep locks for no longer, and have no leases.
local OLDER_LOCK_MS = 5000
-- No lease lasts as long.
local MAX_LEASE_MS = 1e10
-- A run that brings down six executors is given up, for the reason that BullMQ gives. TypeScript has both too.
local MAX_LOST_EXECUTORS = 5
local LOST_TOO_OFTEN = 'job stalled more than allowable limit'

local function isHeldByOlder(job)
  local leftMs = call('PTTL', queue .. ':' .. job .. ':lock')
  return leftMs > 0 and leftMs <= OLDER_LOCK_MS and leftMs
end

-- Whether the run was lost by its executor. One that was only given to it goes to whoever takes it, with all else that was given
-- to that; unless this is the one that ticks, which is only slow.
local function takeBack(job, ticking)
  local jobKey = queue .. ':' .. job
  call('ZREM', key('leases'), job)
  call('DEL', jobKey .. ':lock')
  if call('LREM', queue .. ':active', 1, job) == 0 then
    local executor = takeFromGiven(job)
    if executor and call('EXISTS', jobKey) == 1 then
      if executor == ticking then openSlot(executor) else giveBack(executor) end
      call('RPUSH', queue .. ':wait', job)
      call('ZADD', queue .. ':marker', 0, '0')
    end
    return false
  end
  -- Of what is no job, or cannot be read, nothing is left to give out.
  if not call('HGET', jobKey, 'timestamp') then return false end
  if call('HINCRBY', jobKey, 'stc', 1) > MAX_LOST_EXECUTORS then
    call('HSET', jobKey, 'defa', LOST_TOO_OFTEN)
  end
  -- It is the next: it has waited already.
  call('RPUSH', queue .. ':wait', job)
  call('ZADD', queue .. ':marker', 0, '0')
  return true
end

-- Gives the jobs that their executors have lost.
local function recover(now, lastTickAt, ticking)
  local lost = {}
  local hasStoodStill = now - lastTickAt > STANDSTILL_MS
  local ended = call('ZRANGEBYSCORE', key('leases'), '-inf', now, 'WITHSCORES', 'LIMIT', 0, 500)
  for i = 1, #ended, 2 do
    local job, endedAt = ended[i], tonumber(ended[i + 1])
    local leftMs = isHeldByOlder(job)
    if leftMs then
      call('ZADD', key('leases'), now + leftMs, job)
    elseif hasStoodStill and endedAt == math.floor(endedAt) then
      call('ZADD', key('leases'), now + GRACE_MS + GRACE_MARK, job)
    elseif takeBack(job, ticking) then
      table.insert(lost, job)
    end
  end
  return lost
end

-- A job that BullMQ has as active and that has no lease: its own script and executors of an older version take them so, and
-- people put things there by hand.
local function leaseOther(job, now)
  if call('HGET', queue .. ':' .. job, 'timestamp') then
    call('ZADD', key('leases'), now, job)
    return
  end
  call('LREM', queue .. ':active', 0, job)
  if call('EXISTS', queue .. ':' .. job .. ':lock') == 0 then
    noteQuarantine(queue .. ':active', 'holds a member that is no job', job)
  end
end

-- Looks at all that BullMQ has as active, in one pass: that it can be read, and that it has a lease. Comes after `recover`,
-- which gives out again what has lost its lease.
local function checkActive(now)
  local active = call('LRANGE', queue .. ':active', 0, -1)
  -- Then only what was given to executors has leases, and these are short.
  if #active == 0 then call('ZREMRANGEBYSCORE', key('leases'), now + TAKEN_WITHIN_MS + 1, '+inf') end
  for from = 1, #active, 1000 do
    local jobs = { unpack(active, from, math.min(#active, from + 999)) }
    local leases = call('ZMSCORE', key('leases'), unpack(jobs))
    for i, job in ipairs(jobs) do
      checkType(queue .. ':' .. job, 'hash')
      checkType(queue .. ':' .. job .. ':lock', 'string')
      if not within(leases[i] or nil, 0, now + MAX_LEASE_MS, nil) then leaseOther(job, now) end
    end
  end
end
