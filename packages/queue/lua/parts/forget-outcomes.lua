-- What every tick removes of outcomes: those whose time is over, those that are too many, and old ones while Redis is full.
--
-- Defines: forgetOutcomes

--- include "parts/guard.lua" for call, queue, within, MAX_TIME
--- include "parts/keep-outcome.lua" for keepEnded

local FORGET_AT_ONCE = 1000
-- A client that was away for less still finds the outcome of its run, however full Redis is.
local KEPT_THOUGH_FULL_MS = 60000

-- The name of the payload that an outcome has beside its job.
local function payloadOf(outcome)
  if not outcome or not string.find(outcome, '"payload"', 1, true) then return nil end
  local ok, stored = pcall(cjson.decode, outcome)
  local payload = ok and type(stored) == 'table' and stored.payload
  return type(payload) == 'table' and type(payload.name) == 'string' and payload.name or nil
end

-- Gives the name of the payload of an outcome that ends before its time; in its time, a payload expires like its job.
local function forget(set, job, forgetAt, now)
  local run = call('HMGET', queue .. ':' .. job, 'finishedOn', 'forgetAt', 'returnvalue')
  call('ZREM', queue .. set, job)
  -- Else the id is used again, and the entry is of the run before.
  if not run[1] or run[2] and tonumber(run[2]) ~= forgetAt then return nil end
  call('DEL', queue .. ':' .. job, queue .. ':' .. job .. ':logs')
  return forgetAt > now and payloadOf(run[3]) or nil
end

local function forgetEnded(set, now)
  local ended = call('ZRANGEBYSCORE', queue .. set, '-inf', now, 'WITHSCORES', 'LIMIT', 0, FORGET_AT_ONCE)
  for i = 1, #ended, 2 do
    local job = ended[i]
    local run = call('HMGET', queue .. ':' .. job, 'finishedOn', 'forgetAt')
    if run[1] and not run[2] then keepEnded(job, now) else forget(set, job, tonumber(ended[i + 1]), now) end
  end
  return #ended == 2 * FORGET_AT_ONCE
end

local function forgetSome(set, entries, isMeant, now, payloads)
  for i = 1, #entries, 2 do
    if isMeant(entries[i]) then
      table.insert(payloads, forget(set, entries[i], tonumber(entries[i + 1]), now))
    end
  end
end

local function isOld(now)
  return function(job)
    local finishedOn = within(call('HGET', queue .. ':' .. job, 'finishedOn'), 0, MAX_TIME, nil)
    return not finishedOn or finishedOn <= now - KEPT_THOUGH_FULL_MS
  end
end

local function always()
  return true
end

-- Gives the names of payloads that nobody needs any more, and whether there is more to forget.
local function forgetOutcomes(maxKept, isFull, now)
  local payloads, isMore = {}, false
  for _, set in ipairs({ ':completed', ':failed' }) do
    isMore = forgetEnded(set, now) or isMore
    local surplus = call('ZCARD', queue .. set) - maxKept
    if surplus > 0 then
      local first = call('ZRANGE', queue .. set, 0, math.min(surplus, FORGET_AT_ONCE) - 1, 'WITHSCORES')
      forgetSome(set, first, always, now, payloads)
      isMore = isMore or surplus > FORGET_AT_ONCE
    end
    if isFull then
      -- Those that would go first, and those that would stay for longest, among which the oldest may be.
      for _, order in ipairs({ 'ZRANGE', 'ZREVRANGE' }) do
        local entries = call(order, queue .. set, 0, FORGET_AT_ONCE - 1, 'WITHSCORES')
        forgetSome(set, entries, isOld(now), now, payloads)
      end
    end
  end
  return payloads, isMore
end
