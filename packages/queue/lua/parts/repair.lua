-- Puts right what a tick can: keys of BullMQ in whose place something else was put, jobs that BullMQ's scripts would fail on,
-- and, after something was set aside, what the gate counts and orders. The hashes of the jobs are the truth.
--
-- Defines: checkKeys, checkType, placedJobs, isPlaced, repair

--- include "parts/guard.lua" for call, queue, setAside, noteQuarantine, jobOf, bytesOf, within, MAX_TIME
--- include "parts/gate-state.lua" for key, split
--- include "parts/fair-order.lua" for makeReady
--- include "parts/dispatch.lua" for joinLine, MAX_PRIORITY
--- include "parts/keep-outcome.lua" for messageOf
--- include "parts/given.lua" for givenTo

local TYPES = {
  wait = 'list', active = 'list', paused = 'list', stalled = 'set', delayed = 'zset', prioritized = 'zset',
  completed = 'zset', failed = 'zset', marker = 'zset', meta = 'hash', events = 'stream', ['stalled-check'] = 'string',
  ['gate:rules'] = 'hash', ['gate:executors'] = 'zset',
}

local function checkType(key, wanted)
  local found = call('TYPE', key).ok
  if found ~= wanted and found ~= 'none' then setAside(key, 'is a ' .. found .. ', not a ' .. wanted) end
end

-- BullMQ's scripts stop at the first of these that they cannot read, and all other jobs wait with it.
local function checkKeys()
  for name, wanted in pairs(TYPES) do checkType(queue .. ':' .. name, wanted) end
  local meta = call('HMGET', queue .. ':meta', 'concurrency', 'max')
  for i, field in ipairs({ 'concurrency', 'max' }) do
    if meta[i] and not tonumber(meta[i]) then
      call('HDEL', queue .. ':meta', field)
      noteQuarantine(queue .. ':meta', 'holds a field that is no number', field)
    end
  end
end

-- The jobs that lie in the lists of BullMQ and of executors.
local function placedJobs()
  local placed = {}
  for _, list in ipairs({ ':wait', ':active', ':paused' }) do
    for _, job in ipairs(call('LRANGE', queue .. list, 0, -1)) do placed[job] = true end
  end
  for _, executor in ipairs(call('ZRANGE', key('executors'), 0, -1)) do
    for _, job in ipairs(call('LRANGE', givenTo(executor), 0, -1)) do placed[job] = true end
  end
  return placed
end

local function isPlaced(job, placed)
  return placed[job]
    or call('ZSCORE', queue .. ':delayed', job)
    or call('ZSCORE', queue .. ':prioritized', job)
    or call('EXISTS', queue .. ':' .. job .. ':lock') == 1
end

-- A run that is open and in no place gets one: where it was when it was taken in.
local function placeOpenRun(tenant, job, run, placed, now)
  local member = tenant .. '/' .. job
  if call('ZSCORE', key('expired'), member) then return end
  if isPlaced(job, placed) then
    call('ZADD', key('flying'), 'NX', now, member)
    return
  end
  call('ZREM', key('flying'), member)
  local dueAt = within(run.dueAt, 0, MAX_TIME, 0)
  if not call('ZSCORE', key('line:' .. tenant), job) and not call('ZSCORE', key('due'), member) then
    if dueAt > now then
      call('ZADD', key('due'), dueAt, member)
    else
      joinLine(tenant, job, within(run.runPriority, -MAX_PRIORITY, MAX_PRIORITY, 0))
    end
  end
  if call('ZSCORE', key('line:' .. tenant), job) and not call('ZSCORE', key('expiry'), member) then
    local message = messageOf(job)
    local waitsMs = within(message.expiresAt, 0, MAX_TIME, 0) - within(message.submittedAt, 0, MAX_TIME, 0)
    call('ZADD', key('expiry'), within(run.timestamp, 0, MAX_TIME, now) + math.max(0, waitsMs), member)
  end
  return true
end

local function addTo(sums, tenant, amount)
  sums[tenant] = (sums[tenant] or 0) + amount
end

local function writeSums(name, sums)
  call('DEL', key(name))
  for tenant, sum in pairs(sums) do call('HSET', key(name), tenant, sum) end
end

local function repair(now)
  local placed, queued, bytes, running = placedJobs(), {}, {}, {}
  for _, jobKey in ipairs(call('KEYS', queue .. ':*/*')) do
    local job = jobOf(jobKey)
    if job and call('TYPE', jobKey).ok == 'hash' then
      local found = call('HMGET', jobKey, 'timestamp', 'finishedOn', 'tenant', 'dueAt', 'runPriority', 'bytes')
      local tenant = found[3]
      if found[1] and not found[2] and tenant then
        local run = { timestamp = found[1], dueAt = found[4], runPriority = found[5] }
        if placeOpenRun(tenant, job, run, placed, now) then
          addTo(queued, tenant, 1)
          addTo(bytes, tenant, bytesOf(found[6]) or 0)
        end
      end
    end
  end
  for _, member in ipairs(call('ZRANGE', key('flying'), 0, -1)) do
    local tenant = split(member)
    if tenant then addTo(running, tenant, 1) end
  end
  writeSums('queued', queued)
  writeSums('bytes', bytes)
  writeSums('running', running)
  for tenant in pairs(queued) do
    if call('EXISTS', key('line:' .. tenant)) == 1 then makeReady(tenant) end
  end
  redis.call('HDEL', queue .. ':gate', 'repair')
end
