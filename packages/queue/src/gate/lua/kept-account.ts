/**
 * What is kept after runs has an account for each tenant: outcomes, what lies beside their jobs, and live streams.
 *
 *     kept         what each tenant keeps, in bytes
 *     kept:of:T    the runs of tenant T of which something is kept, by when they ended
 *     kept:bytes   what is kept of each run
 *     kept:grown   tenants that keep more than a moment ago, and may be over their cap
 */
export const KEPT_ACCOUNT = `
-- What Redis takes for an outcome besides its texts.
local KEPT_BESIDES = 1024
-- No policy has a lower cap.
local LOWEST_KEPT_CAP = 1048576

local function keptKey(name)
  return queue .. ':kept:' .. name
end

local function liveKeysOf(job)
  return queue .. ':live:logs:' .. job, queue .. ':live:progress:' .. job
end

-- \`nil\` for a job that is none of ours.
local function tenantOf(job)
  local slash = string.find(job, '/', 1, true)
  return slash and string.sub(job, 1, slash - 1)
end

local function keptBytesOf(job, outcome)
  local known = call('HMGET', queue .. ':' .. job, 'ownBytes', 'live')
  local bytes = KEPT_BESIDES + (bytesOf(known[1]) or 0) + string.len(outcome)
  -- In texts of guests, quotes are escaped.
  local stored = string.find(outcome, '"payload"', 1, true) and string.match(outcome, '"storedBytes":(%d+)')
  bytes = bytes + (bytesOf(stored) or 0)
  if known[2] then
    for _, live in ipairs({ liveKeysOf(job) }) do bytes = bytes + (call('MEMORY', 'USAGE', live) or 0) end
  end
  return bytes
end

local function countKept(job, outcome, now)
  local tenant = tenantOf(job)
  if not tenant then return end
  local bytes = keptBytesOf(job, outcome)
  local added = bytes
  if call('HSETNX', keptKey('bytes'), job, bytes) == 0 then
    -- Its id was used before.
    added = bytes - (bytesOf(call('HGET', keptKey('bytes'), job)) or 0)
    call('HSET', keptKey('bytes'), job, bytes)
  end
  call('ZADD', keptKey('of:' .. tenant), now, job)
  local all = tonumber(call('ZINCRBY', queue .. ':kept', added, tenant))
  if all > LOWEST_KEPT_CAP then call('SADD', keptKey('grown'), tenant) end
end

-- Gives how many bytes are kept no more.
local function uncountKept(job)
  local tenant = tenantOf(job)
  local kept = tenant and call('HGET', keptKey('bytes'), job)
  if not kept then return 0 end
  local bytes = bytesOf(kept) or 0
  call('HDEL', keptKey('bytes'), job)
  call('ZREM', keptKey('of:' .. tenant), job)
  if tonumber(call('ZINCRBY', queue .. ':kept', 0 - bytes, tenant)) <= 0 then call('ZREM', queue .. ':kept', tenant) end
  return bytes
end
`
