-- Start-time fair queueing (Goyal, Vin and Cheng, 1996): a run's start tag is the larger of the virtual time and its
-- tenant's last finish tag; its finish tag is 1/weight later; the smallest start tag is served first, and is the virtual
-- time from then on. A tenant that was idle starts at the virtual time: it waits for a round, not for anybody's backlog.
--
-- Runs that start because nobody waits cost their tenants nothing, and stand outside of the order.
--
-- Defines: makeReady, lookAgain, keepOrder, leaveOrder, tidyTags

--- include "parts/guard.lua" for call, queue, within
--- include "parts/gate-state.lua" for key, MAX_TAG, virtualTime, virtualTimeBefore, passedOver, passedOverBefore
--- include "parts/homes.lua" for noteNear, homeOf

-- Doubles tell tags a ten-millionth apart below this, and weights are at most 1,000; above, all tags are set back, which
-- changes no order.
local MAX_VIRTUAL_TIME = 1e9
-- Those that come at one virtual time are served as they come, and not by their names.
local NEXT_COMER = 1e-6

-- Puts a tenant with waiting runs in the order, unless it is there or waits for a time.
local function makeReady(tenant)
  if call('ZSCORE', key('wake'), tenant) then return end
  local finishTag = within(call('ZSCORE', key('tags'), tenant), 0, MAX_TAG, 0)
  local startTag = math.max(virtualTime, finishTag)
  local isNew = call('ZADD', key('ready'), 'NX', startTag, tenant) == 1
  if isNew then noteNear(homeOf(tenant), tenant, startTag) end
  if isNew and finishTag <= virtualTime then virtualTime = virtualTime + NEXT_COMER end
end

-- Asks again whether tenants whose caps have changed may start a run.
local function lookAgain(tenants)
  for _, tenant in ipairs(tenants) do
    call('ZREM', key('wake'), tenant)
    if call('EXISTS', key('line:' .. tenant)) == 1 then makeReady(tenant) end
  end
end

local function keepOrder()
  if virtualTime == virtualTimeBefore and passedOver == passedOverBefore then return end
  call('HSET', queue .. ':gate', 'virtualTime', virtualTime, 'passedOver', passedOver)
end

-- Takes a tenant out of the order; its next run starts at the tag or later.
local function leaveOrder(tenant, startTag)
  call('ZREM', key('ready'), tenant)
  if startTag > virtualTime then call('ZADD', key('tags'), startTag, tenant) end
end

local function shift(set, by)
  local found = call('ZRANGE', set, 0, -1, 'WITHSCORES')
  for i = 1, #found, 2 do call('ZADD', set, found[i + 1] - by, found[i]) end
end

local function tidyTags()
  for _, tenant in ipairs(call('ZRANGEBYSCORE', key('ready'), MAX_TAG, '+inf')) do
    call('ZADD', key('ready'), virtualTime, tenant)
  end
  if call('HLEN', key('queued')) == 0 and call('EXISTS', key('expiry')) == 0 then
    -- Nobody waits, so nobody is ahead of anybody.
    call('DEL', key('tags'), key('ready'))
    virtualTime = 0
    return
  end
  -- Tags in the past say nothing: their tenants would start at the virtual time without them.
  call('ZREMRANGEBYSCORE', key('tags'), '-inf', virtualTime)
  if virtualTime < MAX_VIRTUAL_TIME then return end
  shift(key('tags'), virtualTime)
  shift(key('ready'), virtualTime)
  virtualTime = 0
end
