/** What becomes of the accounts of a tenant when a run is over. */
export const ACCOUNT = `
local USAGE_KEPT_MS = 40 * 24 * 3600 * 1000

-- Whole numbers, so that sums are exact.
local function countUsage(tenant, status, usage, now)
  local hour = key('usage:' .. tenant .. ':' .. math.floor(now / 3600000))
  if call('HINCRBY', hour, status, 1) == 1 then call('PEXPIRE', hour, USAGE_KEPT_MS) end
  local function add(name, amount)
    if amount and amount > 0 then call('HINCRBY', hour, name, string.format('%.0f', amount)) end
  end
  add('cpuUs', usage.cpuMs and usage.cpuMs * 1000)
  add('wallUs', usage.wallMs and usage.wallMs * 1000)
  add('bytesIn', usage.bytesIn)
  add('bytesOut', usage.bytesOut)
end

-- Frees the place of a run that is over. Only the first to say so is heard: each run is counted once.
local function release(tenant, job, status, usage, now)
  local member = tenant .. '/' .. job
  if call('ZREM', key('flying'), member) == 0 then
    if call('ZREM', key('expired'), member) == 1 then countUsage(tenant, status, usage, now) end
    return
  end
  if call('HINCRBY', key('running'), tenant, -1) <= 0 then call('HDEL', key('running'), tenant) end
  countUsage(tenant, status, usage, now)
  spendCpu(tenant, usage.cpuMs or 0, now)
  if call('EXISTS', key('line:' .. tenant)) == 1 then makeReady(tenant) end
end
`
