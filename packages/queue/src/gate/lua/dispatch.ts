/**
 * Gives runs to BullMQ in fair order, as many as the fleet can run and a few ahead, so that no executor waits for the
 * next. All others wait in the lines of their tenants, where they can still be ordered.
 */
export const DISPATCH = `
local MIN_AHEAD = 2
local AHEAD_PER_SLOT = 0.25
-- No priority is so low that a newer run could pass it.
local PRIORITY_STEP = 2 ^ 40
local MAX_PRIORITY = 1000

local function room()
  local given = call('LLEN', queue .. ':wait') + call('LLEN', queue .. ':active')
  return slots + math.max(MIN_AHEAD, math.ceil(slots * AHEAD_PER_SLOT)) - given
end

local function giveToBullMq(tenant, job, now)
  call('ZADD', key('flying'), now, tenant .. '/' .. job)
  call('HINCRBY', key('running'), tenant, 1)
  call('LPUSH', queue .. ':wait', job)
  call('ZADD', queue .. ':marker', 0, '0')
end

local function countQueued(tenant, runs, bytes)
  if call('HINCRBY', key('queued'), tenant, runs) > 0 then
    call('HINCRBY', key('bytes'), tenant, bytes)
  else
    call('HDEL', key('queued'), tenant)
    call('HDEL', key('bytes'), tenant)
  end
end

local function joinLine(tenant, job, priority)
  local place = call('HINCRBY', queue .. ':gate', 'enqueued', 1)
  call('ZADD', key('line:' .. tenant), (MAX_PRIORITY - priority) * PRIORITY_STEP + place, job)
  makeReady(tenant)
end

-- Whether the run was there to be taken out of where it waits.
local function leaveLine(tenant, job)
  local member = tenant .. '/' .. job
  local left = call('ZREM', key('line:' .. tenant), job) + call('ZREM', key('due'), member)
  call('ZREM', key('expiry'), member)
  if left == 0 then return false end
  countQueued(tenant, -1, 0 - (tonumber(call('HGET', queue .. ':' .. job, 'bytes')) or 0))
  return true
end

local function dispatch(now)
  local left = room()
  while left > 0 do
    local head = call('ZRANGE', key('ready'), 0, 0, 'WITHSCORES')
    local tenant = head[1]
    if not tenant then return end
    local policy = policyOf(tenant)
    local cap, at = obstacle(tenant, policy, now)
    local job = call('ZRANGE', key('line:' .. tenant), 0, 0)[1]
    if cap or not job then
      call('ZREM', key('ready'), tenant)
      if job and at then call('ZADD', key('wake'), at, tenant) end
    elseif call('EXISTS', queue .. ':' .. job) == 0 then
      -- Somebody removed the job by hand.
      leaveLine(tenant, job)
    else
      leaveLine(tenant, job)
      spendToken(tenant, policy, now)
      giveToBullMq(tenant, job, now)
      call('ZADD', key('ready'), served(tenant, tonumber(head[2]), policy.weight), tenant)
      left = left - 1
    end
  end
end
`
