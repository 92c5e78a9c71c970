import { ACCOUNT } from './account.ts'
import { CAPS } from './caps.ts'
import { DISPATCH } from './dispatch.ts'
import { FAIR_ORDER } from './fair-order.ts'
import { GATE_STATE } from './gate-state.ts'
import { TAKE } from './take.ts'

/**
 * Completes a run, tells its client, frees its place at the gate, and takes the next, in one step. ARGV: time or '', job,
 * lock token, outcome, time by the clock of the executor, milliseconds for which the outcome is kept, those for which all
 * are kept, how many are kept or '' to forget none now, how its calls ended (as `countUsage` has it, or one word for all),
 * CPU ms, wall ms, bytes in, bytes out, milliseconds that the lock of the next run holds or '' to take none, name of the
 * executor, inbox or '', its length at most, fields of the reply.
 *
 * Returns 'other' before it has done anything where there is more to do than that: then BullMQ's own script has to. Else a list
 * of what `takeNext` gives, or of nothing if none was to be taken.
 */
export const COMPLETE = `${GATE_STATE}${CAPS}${FAIR_ORDER}${DISPATCH}${ACCOUNT}${TAKE}
local FORGET_AT_ONCE = 1000

local now = clock(ARGV[1])
local job, token, outcome, at = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local keepMs, keepAllMs, maxKept = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local ends = ARGV[9]
local usage = {
  cpuMs = tonumber(ARGV[10]),
  wallMs = tonumber(ARGV[11]),
  bytesIn = tonumber(ARGV[12]),
  bytesOut = tonumber(ARGV[13]),
}
local lockMs, worker, inbox = ARGV[14], ARGV[15], ARGV[16]
local jobKey = queue .. ':' .. job
local completed = queue .. ':completed'

local function forget(jobs)
  if #jobs == 0 then return end
  local keys = {}
  for _, old in ipairs(jobs) do
    table.insert(keys, queue .. ':' .. old)
    table.insert(keys, queue .. ':' .. old .. ':logs')
  end
  call('DEL', unpack(keys))
  call('ZREM', completed, unpack(jobs))
end

local function forgetOld()
  forget(call('ZRANGEBYSCORE', completed, '-inf', at - keepAllMs, 'LIMIT', 0, FORGET_AT_ONCE))
  local tooMany = call('ZCARD', completed) - maxKept
  if tooMany > 0 then forget(call('ZRANGE', completed, 0, math.min(tooMany, FORGET_AT_ONCE) - 1)) end
end

local known = call('HMGET', jobKey, 'tenant', 'atm', 'parentKey', 'deid')
local tenant = known[1]
if not tenant or known[3] or known[4] or call('GET', jobKey .. ':lock') ~= token then return 'other' end
-- Comes first: a full Redis refuses scripts whose first write may need memory.
if call('LREM', queue .. ':active', -1, job) == 0 then return 'other' end
call('DEL', jobKey .. ':lock')
call('SREM', queue .. ':stalled', job)
call('HSET', jobKey, 'returnvalue', outcome, 'finishedOn', ARGV[5], 'atm', (tonumber(known[2]) or 0) + 1)
call('ZADD', completed, at + keepMs - keepAllMs, job)
if keepMs ~= keepAllMs then call('PEXPIRE', jobKey, keepMs) end
if maxKept then forgetOld() end
-- Whatever lies under a name that a message gave, the run is over.
if inbox ~= '' then redis.pcall('XADD', inbox, 'NOMKSTREAM', 'MAXLEN', '~', ARGV[17], '*', unpack(ARGV, 18)) end

release(tenant, job, string.find(ends, ':', 1, true) and ends or allOf(ends, job), usage, now)
dispatch(now, tenant)
return { lockMs ~= '' and takeNext(token, lockMs, worker, ARGV[5]) or nil }
`
