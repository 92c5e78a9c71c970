-- Caps of a tenant: why its next run may not start now, and when to ask again.
--
-- Defines: obstacle, limitOf, spendTokens, spendCpu, spendRuin

--- include "parts/guard.lua" for call, queue, within, MAX_TIME
--- include "parts/gate-state.lua" for key, slots, ruinUntil, hasCpuBudgets, policyOf

-- A time to come is of a clock that was set back since: nothing is known of what came since then.
local function refilled(bucket, name, level, at, perMs, full, now)
  level, at = within(level, -1e15, 1e15, nil), within(at, 0, MAX_TIME, now)
  if not level then return full end
  if at > now then redis.pcall('HSET', bucket, name .. 'At', now) end
  return math.min(full, level + math.max(0, now - at) * perMs)
end

local function burstOf(policy)
  return policy.burst or math.max(1, math.ceil(policy.runsPerSecond))
end

local function bucketOf(tenant, policy, now)
  local kept = key('bucket:' .. tenant)
  local raw = call('HMGET', kept, 'tokens', 'tokensAt', 'cpuMs', 'cpuMsAt')
  local bucket = {}
  if policy.runsPerSecond then
    bucket.tokens =
      refilled(kept, 'tokens', raw[1], raw[2], policy.runsPerSecond / 1000, burstOf(policy), now)
  end
  if policy.cpuMsPerMinute then
    local budget = policy.cpuMsPerMinute
    bucket.cpuMs = refilled(kept, 'cpuMs', raw[3], raw[4], budget / 60000, budget, now)
  end
  return bucket
end

-- A bucket is forgotten when it is full again, and not before: it may hold a debt of hours.
local function keepBucket(tenant, name, level, full, perMs, now)
  local bucket = key('bucket:' .. tenant)
  call('HSET', bucket, name, level, name .. 'At', now)
  local untilFull = math.min(1e12, math.ceil((full - level) / perMs) + 1000)
  if untilFull > call('PTTL', bucket) then call('PEXPIRE', bucket, string.format('%.0f', untilFull)) end
end

-- Runs that end badly ruin a thread or a process, and another has to be started: CPU time that nobody else should go
-- without. A tenant may ruin so much at once, ...
local RUIN_BURST_MS = 1000
-- ... and in the long run what this part of the processor time of all slots is worth.
local RUIN_PART = 0.0125

local function ruinPerMs()
  return math.max(1, slots) * RUIN_PART
end

-- How much more may be ruined now, in ms of CPU time; negative for a debt.
local function ruinLeft(tenant, now)
  if now >= ruinUntil then return RUIN_BURST_MS end
  local kept = key('bucket:' .. tenant)
  local raw = call('HMGET', kept, 'ruinMs', 'ruinMsAt')
  return refilled(kept, 'ruinMs', raw[1], raw[2], ruinPerMs(), RUIN_BURST_MS, now)
end

local function spendRuin(tenant, ruinedMs, now)
  local left = ruinLeft(tenant, now) - ruinedMs
  keepBucket(tenant, 'ruinMs', left, RUIN_BURST_MS, ruinPerMs(), now)
  local fullAt = now + (RUIN_BURST_MS - left) / ruinPerMs()
  if fullAt > ruinUntil then
    ruinUntil = fullAt
    call('HSET', queue .. ':gate', 'ruinUntil', string.format('%.0f', math.ceil(fullAt)))
  end
end

-- What is in the way of a tenant's next run: nil when it may start; else the cap, and for those that time lifts, when.
-- Gives the bucket too, where there is one.
local function obstacle(tenant, policy, now)
  if policy.paused then return 'paused' end
  if policy.maxConcurrent then
    local running = tonumber(call('HGET', key('running'), tenant)) or 0
    if running >= policy.maxConcurrent then return 'maxConcurrent' end
  end
  local ruin = ruinLeft(tenant, now)
  if ruin <= 0 then return 'ruin', now + math.ceil((1 - ruin) / ruinPerMs()) end
  if not (policy.runsPerSecond or policy.cpuMsPerMinute) then return nil end
  local bucket = bucketOf(tenant, policy, now)
  if bucket.tokens and bucket.tokens < 1 then
    return 'runsPerSecond', now + math.ceil((1 - bucket.tokens) * 1000 / policy.runsPerSecond), bucket
  end
  if bucket.cpuMs and bucket.cpuMs <= 0 then
    return 'cpuMsPerMinute', now + math.ceil((1 - bucket.cpuMs) * 60000 / policy.cpuMsPerMinute), bucket
  end
  return nil, nil, bucket
end

-- The figure of what is in the way.
local function limitOf(cap, tenant, policy, now)
  return cap == 'ruin' and RUIN_BURST_MS - ruinLeft(tenant, now) or policy[cap]
end

-- A job of several calls may take more tokens than there are: the next waits until they are paid off.
local function spendTokens(tenant, policy, bucket, calls, now)
  if not policy.runsPerSecond then return end
  keepBucket(tenant, 'tokens', bucket.tokens - calls, burstOf(policy), policy.runsPerSecond / 1000, now)
end

local function spendCpu(tenant, cpuMs, now)
  if not hasCpuBudgets or cpuMs <= 0 then return end
  local policy = policyOf(tenant)
  local budget = policy.cpuMsPerMinute
  if not budget then return end
  keepBucket(tenant, 'cpuMs', bucketOf(tenant, policy, now).cpuMs - cpuMs, budget, budget / 60000, now)
end
