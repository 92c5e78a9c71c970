/**
 * Start-time fair queueing (Goyal, Vin and Cheng, 1996): a run's start tag is the larger of the virtual time and its
 * tenant's last finish tag; its finish tag is 1/weight later; the smallest start tag is served first, and is the virtual
 * time from then on. A tenant that was idle starts at the virtual time: it waits for a round, not for anybody's backlog.
 */
export const FAIR_ORDER = `
-- Beyond this, doubles would begin to blur the tags; all of them are set back, which changes no order.
local MAX_VIRTUAL_TIME = 1e12

local function startTagOf(tenant)
  return math.max(virtualTime, tonumber(call('ZSCORE', key('tags'), tenant)) or 0)
end

-- Puts a tenant with waiting runs in the order, unless it is there or waits for a time.
local function makeReady(tenant)
  if call('ZSCORE', key('wake'), tenant) then return end
  call('ZADD', key('ready'), 'NX', startTagOf(tenant), tenant)
end

local function served(tenant, startTag, weight)
  virtualTime = startTag
  call('HSET', queue .. ':gate', 'virtualTime', virtualTime)
  local finishTag = startTag + 1 / weight
  call('ZADD', key('tags'), finishTag, tenant)
  return finishTag
end

local function shift(set, by)
  local found = call('ZRANGE', set, 0, -1, 'WITHSCORES')
  for i = 1, #found, 2 do call('ZADD', set, found[i + 1] - by, found[i]) end
end

local function tidyTags()
  -- Tags in the past say nothing: their tenants would start at the virtual time without them.
  call('ZREMRANGEBYSCORE', key('tags'), '-inf', virtualTime)
  if virtualTime < MAX_VIRTUAL_TIME then return end
  shift(key('tags'), virtualTime)
  shift(key('ready'), virtualTime)
  virtualTime = 0
  call('HSET', queue .. ':gate', 'virtualTime', 0)
end
`
