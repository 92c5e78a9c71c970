-- What becomes of the accounts of a tenant when a run is over.
--
-- Defines: allOf, countUsage, release

--- include "parts/guard.lua" for call, queue, within, callsOf
--- include "parts/gate-state.lua" for key, byRedisClock, policyOf, virtualTime, MAX_TAG
--- include "parts/caps.lua" for spendRuin, spendCpu
--- include "parts/fair-order.lua" for makeReady

local USAGE_KEPT_MS = 40 * 24 * 3600 * 1000

-- Ends a batch of several calls without telling which of them: each is run again, and counted then.
local RUN_AGAIN = { crashed = true, ['out-of-memory'] = true, ['timed-out'] = true }

-- How the calls of a job ended, if they ended in one way.
local function allOf(status, job)
  local calls = callsOf(call('HGET', queue .. ':' .. job, 'calls'))
  if calls > 1 and RUN_AGAIN[status] then return '' end
  return status .. ':' .. calls
end

-- Whole numbers, so that sums are exact. How the calls of the job ended: "succeeded:15,failed:1".
local function countUsage(tenant, ends, usage, now)
  local hour = key('usage:' .. tenant .. ':' .. math.floor(byRedisClock(now) / 3600000))
  for status, calls in string.gmatch(ends, '([%a-]+):(%d+)') do
    if call('HINCRBY', hour, status, calls) == tonumber(calls) then call('PEXPIRE', hour, USAGE_KEPT_MS) end
  end
  local function add(name, amount)
    if amount and amount > 0 then call('HINCRBY', hour, name, string.format('%.0f', amount)) end
  end
  add('cpuUs', usage.cpuMs and usage.cpuMs * 1000)
  add('startUs', ((usage.startMs or 0) + (usage.ruinedMs or 0)) * 1000)
  add('wallUs', usage.wallMs and usage.wallMs * 1000)
  add('bytesIn', usage.bytesIn)
  add('bytesOut', usage.bytesOut)
  -- What a batch has cost may be all that there is, if its calls are counted later or never.
  if ends == '' and call('TTL', hour) == -1 then call('PEXPIRE', hour, USAGE_KEPT_MS) end
end

local MS_PER_TURN = 10
-- Whatever an outcome says, a tenant comes to its turn again.
local MAX_TURNS = 10000

-- Starts of threads and processes that a run has caused count as turns of its tenant; those in the place of what it has
-- ruined hold its next runs back as well.
local function chargeStarts(tenant, startMs, ruinedMs, now)
  if startMs + ruinedMs <= 0 then return end
  local turns = math.min(MAX_TURNS, (startMs + ruinedMs) / MS_PER_TURN / policyOf(tenant).weight)
  local startTag = within(call('ZSCORE', key('ready'), tenant), 0, MAX_TAG, nil)
  if startTag then
    call('ZADD', key('ready'), startTag + turns, tenant)
  else
    local finishTag = within(call('ZSCORE', key('tags'), tenant), 0, MAX_TAG, 0)
    call('ZADD', key('tags'), math.max(virtualTime, finishTag) + turns, tenant)
  end
  if ruinedMs > 0 then spendRuin(tenant, ruinedMs, now) end
end

-- Frees the place of a run that is over. Only the first to say so is heard: each run is counted once.
local function release(tenant, job, ends, usage, now)
  local member = tenant .. '/' .. job
  if call('ZREM', key('flying'), member) == 0 then
    if call('ZREM', key('expired'), member) == 1 then countUsage(tenant, ends, usage, now) end
    return
  end
  if call('HINCRBY', key('running'), tenant, -1) <= 0 then call('HDEL', key('running'), tenant) end
  countUsage(tenant, ends, usage, now)
  local startMs, ruinedMs = usage.startMs or 0, usage.ruinedMs or 0
  spendCpu(tenant, (usage.cpuMs or 0) + startMs + ruinedMs, now)
  chargeStarts(tenant, startMs, ruinedMs, now)
  if not call('ZSCORE', key('ready'), tenant) and call('EXISTS', key('line:' .. tenant)) == 1 then makeReady(tenant) end
end
