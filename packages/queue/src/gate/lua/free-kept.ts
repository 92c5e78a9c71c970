/**
 * Forgets outcomes before their time, the oldest of a tenant first: of tenants over their cap `maxKeptBytes`; and, while
 * Redis is nearly full, of those that keep the most.
 */
export const FREE_KEPT = `
-- A client that has missed a reply looks for the outcome after two seconds.
local SAFE_AGE_MS = 2500
-- Of who fills Redis.
local SAFE_AGE_IF_FULL_MS = 1000
local EVICT_AT_ONCE = 1000
local TENANTS_AT_ONCE = 100
-- Of the memory that may be used: what is to be left free, and what one tenant may keep before it has to make room.
local WANTED_FREE = 1 / 8
local LARGE_SHARE = 1 / 8

-- Whether more was to be forgotten than one call may.
local isEvicting = false

local function evictOne(job, freed)
  local jobKey = queue .. ':' .. job
  local run = call('HMGET', jobKey, 'finishedOn', 'returnvalue')
  local bytes = uncountKept(job)
  -- Else it has expired, or its id is used again.
  if run[1] then
    local payload = payloadOf(run[2])
    if payload then table.insert(freed, payload) end
    call('ZREM', queue .. ':completed', job)
    call('ZREM', queue .. ':failed', job)
    call('DEL', jobKey, jobKey .. ':logs', liveKeysOf(job))
  end
  return bytes
end

-- Gives how many bytes were freed: about as many as wanted, if there are so many.
local function evict(tenant, wanted, until_, freed)
  local bytes = 0
  local oldest = call('ZRANGEBYSCORE', keptKey('of:' .. tenant), '-inf', until_, 'LIMIT', 0, EVICT_AT_ONCE)
  for _, job in ipairs(oldest) do
    if bytes >= wanted then break end
    bytes = bytes + evictOne(job, freed)
  end
  if bytes < wanted and #oldest == EVICT_AT_ONCE then isEvicting = true end
  return bytes
end

-- Gives whether there is more to free before long.
local function freeOverCaps(now, freed)
  local again = {}
  for _ = 1, TENANTS_AT_ONCE do
    local tenant = call('SPOP', keptKey('grown'))
    if not tenant then break end
    local over = (tonumber(call('ZSCORE', queue .. ':kept', tenant)) or 0) - policyOf(tenant).maxKeptBytes
    if over > 0 and evict(tenant, over, now - SAFE_AGE_MS, freed) < over then
      table.insert(again, tenant)
    end
  end
  -- What they keep yet is too young; the next tick looks again.
  if #again > 0 then call('SADD', keptKey('grown'), unpack(again)) end
  return call('EXISTS', keptKey('grown')) == 1
end

local function freeForOthers(wanted, least, until_, freed)
  local bytes = 0
  local largest = call('ZREVRANGE', queue .. ':kept', 0, TENANTS_AT_ONCE - 1, 'WITHSCORES')
  for i = 1, #largest, 2 do
    -- Who keeps much less than the largest did not fill Redis.
    if bytes >= wanted or largest[i + 1] * 2 < tonumber(largest[2]) or tonumber(largest[i + 1]) < least then break end
    bytes = bytes + evict(largest[i], wanted - bytes, until_, freed)
  end
  return bytes
end

-- Gives the names of payloads to be removed, whether room was made in a full Redis, and whether there is more to free soon.
local function freeKept(now)
  local freed = {}
  local isMore = freeOverCaps(now, freed)
  -- Only who has just looked at the memory knows what is wanted.
  if not memoryLimit then return freed, false, isMore end
  local wanted = memoryLimit * WANTED_FREE - memoryLeft
  if wanted <= 0 then return freed, false, isMore end
  if memoryLeft > 0 then
    freeForOthers(wanted, memoryLimit * LARGE_SHARE, now - SAFE_AGE_MS, freed)
    return freed, false, isMore
  end
  return freed, freeForOthers(wanted, 0, now - SAFE_AGE_IF_FULL_MS, freed) > 0, isMore
end
`
