-- Whether the fleet takes no more runs for a while: looked at once a second, whoever comes by.
--
-- Defines: lookForOverload, mayBeOverloadedSoon

--- include "parts/guard.lua" for call, queue, within, MAX_TIME
--- include "parts/gate-state.lua" for key, overloadedUntil, memoryLeft, lookedAt, nextRun, nextRunSince
--- include "parts/homes.lua" for hasHomes

local LOOK_EVERY_MS = 1000
-- Somebody looks again before it is over, or nobody is there to run anything.
local HOLDS_MS = 2500
-- With more than that, Redis is looked at now and then while nobody asks for anything; with less, each second.
local AMPLE_BYTES = 64 * 1048576

local function megabytes(bytes)
  return string.format('%.0f MB', bytes / 1048576)
end

local function memoryTrouble(share)
  local memory = call('INFO', 'memory')
  local most = tonumber(string.match(memory, '\nmaxmemory:(%d+)')) or 0
  if most == 0 then
    if memoryLeft then call('HDEL', queue .. ':gate', 'memoryLeft') end
    memoryLeft = nil
    return nil
  end
  local used = tonumber(string.match(memory, '\nused_memory:(%d+)'))
  local left = math.floor(most * share - used)
  memoryLeft = left
  call('HSET', queue .. ':gate', 'memoryLeft', string.format('%.0f', left))
  if left > 0 then return nil end
  return string.format('Redis holds %s of the %s of its "maxmemory", %.0f %% is the most', megabytes(used),
    megabytes(most), share * 100)
end

-- The run that is to be taken next: it lies ready, or is the first in the order for which no slot is open.
local function headOfAll()
  local ready = call('LINDEX', queue .. ':wait', -1)
  if ready or not hasHomes() then return ready or '' end
  local tenant = call('ZRANGE', key('ready'), 0, 0)[1]
  return tenant and call('ZRANGE', key('line:' .. tenant), 0, 0)[1] or ''
end

local function ageTrouble(maxAgeMs, now)
  local head = headOfAll()
  if head ~= nextRun then
    call('HSET', queue .. ':gate', 'nextRun', head, 'nextRunSince', now)
    return nil
  end
  local ageMs = now - within(nextRunSince, 0, MAX_TIME, now)
  if head == '' or maxAgeMs == 0 or ageMs <= maxAgeMs then return nil end
  return string.format('no executor has taken the next run for %.0f s, %.0f s is the most', ageMs / 1000,
    maxAgeMs / 1000)
end

local function lookForOverload(memoryShare, maxAgeMs, now)
  -- A clock that was set back must not put it off.
  if math.abs(now - within(lookedAt, 0, MAX_TIME, 0)) < LOOK_EVERY_MS then return end
  call('HSET', queue .. ':gate', 'lookedAt', now)
  local why = memoryTrouble(memoryShare) or ageTrouble(maxAgeMs, now)
  if why then
    overloadedUntil = now + HOLDS_MS
    call('HSET', queue .. ':gate', 'overloadedUntil', overloadedUntil, 'overloadedWhy', why)
  elseif overloadedUntil > 0 then
    call('HDEL', queue .. ':gate', 'overloadedUntil', 'overloadedWhy')
  end
end

local function mayBeOverloadedSoon()
  return overloadedUntil > 0 or memoryLeft and memoryLeft < AMPLE_BYTES
end
