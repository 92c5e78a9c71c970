/** What becomes of the accounts of a tenant when a run is over. */
export const ACCOUNT = `
local USAGE_KEPT_MS = 40 * 24 * 3600 * 1000

local function countUsage(tenant, status, usage, now)
  local hour = key('usage:' .. tenant .. ':' .. math.floor(now / 3600000))
  if call('HINCRBY', hour, 'runs', 1) == 1 then call('PEXPIRE', hour, USAGE_KEPT_MS) end
  call('HINCRBY', hour, status, 1)
  for name, amount in pairs(usage) do
    if amount > 0 then call('HINCRBYFLOAT', hour, name, amount) end
  end
end

-- Frees the place of a run that is over. Only the first to say so is heard: each run is counted once.
local function release(tenant, job, status, usage, now)
  if call('ZREM', key('flying'), tenant .. '/' .. job) == 0 then return false end
  if call('HINCRBY', key('running'), tenant, -1) <= 0 then call('HDEL', key('running'), tenant) end
  if status then
    countUsage(tenant, status, usage, now)
    spendCpu(tenant, policyOf(tenant), usage.cpuMs or 0, now)
  end
  if call('EXISTS', key('line:' .. tenant)) == 1 then makeReady(tenant) end
  return true
end
`
