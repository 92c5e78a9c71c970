-- Cancels a run in one step, so that nobody can take it, complete it or die in between. What is done depends on where
-- the run is at that moment:
--
--     not there ───────────────────────────▶ unknown
--     has finished ────────────────────────▶ over; told, if this very request was here before it had
--     in line, delayed, waiting, or its
--     executor dead ──────────────────────▶ settled: taken out, and completed with the outcome "cancelled"
--     held by an executor ─────────────────▶ told: marked in the job, and published to all executors
--
-- A job that an executor holds is the executor's to complete. The mark makes sure that it is not run again, should the
-- executor die, hand it back or put it off before it hears:
--
--     published, executor has the run ──────────────────▶ aborts it, completes it as cancelled
--     published before the answer "you have it" came ───▶ the executor remembers, and looks at the mark on entering
--     published while the executor was disconnected ────▶ it looks at the marks of its runs when it is back
--     executor dies, hands the run back, puts it off ───▶ whoever takes it again looks at the mark; whoever waits
--                                                         for it sees the mark and cancels again, which settles it
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   job             its id: "tenant/run"
--   reason          in words
--   outcome         as JSON, but without usage and the last brace
--   channel         where executors hear of it
--   message         for the channel
--   nonce           a number that no other request has: Redis gets one twice when its answer is lost
--   status          of the outcome: `cancelled`, or `expired` for a run that no executor has begun
-- Returns: what is said on the right; after `settled`, the outcome and whom to reply to, or ''

--- include "parts/guard.lua" for call, queue, within, MAX_TIME
--- include "parts/gate-state.lua" for clock, key
--- include "parts/homes.lua" for takeFromGiven, openSlot
--- include "parts/dispatch.lua" for leaveLine, dispatch
--- include "parts/account.lua" for countUsage, allOf, release
--- include "parts/keep-outcome.lua" for messageOf, keepMsOf, keepOutcome

local time, job, reason, outcome, channel, message, nonce, status = unpack(ARGV)
local now = clock(time)
local jobKey = queue .. ':' .. job

-- Wherever a run that nobody holds may be: in the gate, with the executor that it was given to, or in BullMQ.
local function takeOut(tenant, spentMs)
  if tenant and leaveLine(tenant, job) then return countUsage(tenant, allOf(status, job), {}, now) end
  local executor = call('EXISTS', jobKey .. ':lock') == 0 and takeFromGiven(job)
  if executor then
    openSlot(executor)
  elseif call('LREM', queue .. ':wait', 1, job) == 0
    and call('ZREM', queue .. ':delayed', job) == 0
    and call('ZREM', queue .. ':prioritized', job) == 0
  then
    call('LREM', queue .. ':active', 1, job)
    call('ZREM', key('leases'), job)
    call('DEL', jobKey .. ':lock')
  end
  if tenant then release(tenant, job, allOf(status, job), { cpuMs = spentMs }, now) end
end

local found = call('HMGET', jobKey, 'timestamp', 'finishedOn', 'tenant', 'ats', 'cancelledBy', 'spentCpuMs')
if not found[1] then return { 'unknown' } end
if found[2] then return { found[5] == nonce and 'told' or 'over' } end
-- What an executor has begun does not expire.
if status == 'expired' and found[4] then return { 'over' } end
local leasedUntil = tonumber(call('ZSCORE', key('leases'), job)) or math.huge
if leasedUntil > now and call('EXISTS', jobKey .. ':lock') == 1 then
  call('HSET', jobKey, 'cancelledBy', nonce)
  call('HSETNX', jobKey, 'cancel', reason)
  call('PUBLISH', channel, message)
  return { 'told' }
end

-- First: a full Redis lets a script write that has removed something.
-- Of attempts that have failed before.
local spentMs = within(found[6], 0, MAX_TIME, 0)
takeOut(found[3], spentMs)
local queuedMs = math.max(0, now - within(found[1], 0, MAX_TIME, now))
local starts = within(found[4], 0, MAX_TIME, 0)
local json = string.format('%s,"usage":{"queuedMs":%d,"attempts":%d,"cpuMs":%.17g}}', outcome, queuedMs, starts, spentMs)
local data = messageOf(job)
keepOutcome(job, ':completed', now, keepMsOf(data), 'returnvalue', json, 'finishedOn', now, 'cancelledBy', nonce)
dispatch(now)
return { 'settled', json, type(data.replyTo) == 'string' and data.replyTo or '' }
