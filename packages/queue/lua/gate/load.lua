-- How much there is to do, for autoscalers.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   deadAfterMs     until an executor not heard of is taken for dead
-- Returns: the slots of executors that are alive, the runs they have, the runs that more slots would start now, those that
--   a cap of their tenant holds back, those that are delayed, and for how many milliseconds the oldest of the next runs has waited

--- include "parts/guard.lua" for call, queue, within, MAX_TIME
--- include "parts/gate-state.lua" for clock, key, policyOf
--- include "parts/given.lua" for givenTo
--- include "parts/live-slots.lua" for liveSlots

-- Bounds how long it keeps Redis busy; with more tenants than that, caps are left aside.
local MAX_TENANTS = 1000
local time, deadAfterMs = unpack(ARGV)
local now = clock(time)
local queued = call('ZCARD', key('expiry'))
local given = call('LLEN', queue .. ':wait')
for _, executor in ipairs(call('ZRANGE', key('open'), 0, -1)) do
  given = given + call('LLEN', givenTo(executor))
end
local startable, oldest = 0, 0

local function lookAt(job)
  local times = job and call('HMGET', queue .. ':' .. job, 'dueAt', 'timestamp') or {}
  oldest = math.max(oldest, now - within(times[1] or times[2], 0, MAX_TIME, now))
end

local tenants = call('ZRANGE', key('ready'), 0, MAX_TENANTS - 1)
for _, tenant in ipairs(tenants) do
  local line = key('line:' .. tenant)
  local room = policyOf(tenant).maxConcurrent or math.huge
  if room < math.huge then room = room - within(call('HGET', key('running'), tenant), 0, MAX_TIME, 0) end
  startable = startable + math.min(call('ZCARD', line), math.max(0, room))
  if room > 0 then lookAt(call('ZRANGE', line, 0, 0)[1]) end
end
if #tenants == MAX_TENANTS then startable = queued end
lookAt(call('LINDEX', queue .. ':wait', -1))

return {
  liveSlots(now, deadAfterMs),
  call('LLEN', queue .. ':active'),
  startable + given,
  math.max(0, queued - startable),
  call('ZCARD', key('due')) + call('ZCARD', queue .. ':delayed'),
  math.floor(oldest),
}
