-- The one rule for the end of an outcome: it ends `keepMs` after its run, by the clock of Redis. `keepMs` is what the run
-- asked for, or else what the executors are told. Then the key of the job expires. `completed` and `failed` hold the jobs by
-- that time, and what is in there beyond it is removed by the next tick.
--
-- BullMQ has scores of its own in these sets, when a run ended; a job without `forgetAt` was ended by BullMQ.
--
-- Defines: messageOf, keepMsOf, keepOutcome, keepEnded

--- include "parts/guard.lua" for call, queue, within, MAX_TIME

-- As TypeScript has them too.
local MIN_KEEP_OUTCOME_MS = 1000
local MAX_KEEP_OUTCOME_MS = 604800000
local DEFAULT_KEEP_OUTCOME_MS = 600000

-- It may be malformed.
local function messageOf(job)
  local ok, message = pcall(cjson.decode, call('HGET', queue .. ':' .. job, 'data'))
  return ok and type(message) == 'table' and message or {}
end

local function keepMsOf(message)
  local asked = within(message.keepOutcomeMs, MIN_KEEP_OUTCOME_MS, MAX_KEEP_OUTCOME_MS, nil)
  local usual = call('HGET', queue .. ':gate', 'keepOutcomeMs')
  return math.floor(asked or within(usual, MIN_KEEP_OUTCOME_MS, MAX_TIME, DEFAULT_KEEP_OUTCOME_MS))
end

-- Ends a run: the fields of its job are what it ends with.
local function keepOutcome(job, set, now, keepMs, ...)
  local jobKey = queue .. ':' .. job
  local forgetAt = now + keepMs
  call('HSET', jobKey, 'forgetAt', forgetAt, ...)
  call('PEXPIRE', jobKey, keepMs)
  call('ZADD', queue .. set, forgetAt, job)
end

-- The same for a run that BullMQ has ended, unless that was done. BullMQ goes by the clock of the executor.
local function keepEnded(job, now)
  local run = call('HMGET', queue .. ':' .. job, 'finishedOn', 'failedReason', 'forgetAt')
  if not run[1] or run[3] then return end
  keepOutcome(job, run[2] and ':failed' or ':completed', now, keepMsOf(messageOf(job)), 'finishedOn', now)
end
