import { DEFAULT_KEEP_OUTCOME_MS } from '@isolated-runtime/protocol'

/**
 * Keeps the outcome of a run for as long as its message asks for, if it does: what executors do by `keepOutcome`, for those
 * that no executor is there to do it for.
 */
export const KEEP_OUTCOME = `
-- It may be malformed.
local function messageOf(job)
  local ok, message = pcall(cjson.decode, call('HGET', queue .. ':' .. job, 'data'))
  return ok and type(message) == 'table' and message or {}
end

local function keepAsAsked(job, message, set, finishedAt)
  local keepMs = message.keepOutcomeMs
  if type(keepMs) ~= 'number' then return end
  call('PEXPIRE', queue .. ':' .. job, keepMs)
  call('ZADD', queue .. set, 'XX', finishedAt + keepMs - ${DEFAULT_KEEP_OUTCOME_MS}, job)
end
`
