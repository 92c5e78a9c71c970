import { CAPS } from './caps.ts'
import { DISPATCH } from './dispatch.ts'
import { FAIR_ORDER } from './fair-order.ts'
import { GATE_STATE } from './gate-state.ts'

/**
 * Takes in a run. ARGV: time or '', tenant, job, priority, start no earlier than, expires at, data, BullMQ's job options,
 * timestamp, fingerprint or ''.
 *
 * Returns `queued`, `joined` (the run is there already), `conflict` (another run goes by the id), or `full` with the cap,
 * its figure, what waits, and a guess at when there is room again, in milliseconds; or `overloaded` with the latter.
 */
export const ENQUEUE = `${GATE_STATE}${CAPS}${FAIR_ORDER}${DISPATCH}
local now = clock(ARGV[1])
local tenant, job, data, fingerprint = ARGV[2], ARGV[3], ARGV[7], ARGV[10]
local priority, notBefore, expiresAt = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local jobKey = queue .. ':' .. job

local known = call('HMGET', jobKey, 'timestamp', 'fingerprint')
if known[1] then
  if fingerprint ~= '' and known[2] and known[2] ~= '' and known[2] ~= fingerprint then return { 'conflict' } end
  return { 'joined' }
end

if overloadedUntil > now then return { 'overloaded', overloadedUntil - now } end

local policy = policyOf(tenant)
local bytes = string.len(data) + tonumber(ARGV[11])

local queued = tonumber(call('HGET', key('queued'), tenant)) or 0

local function full(cap, limit, waiting)
  -- A tenth of what waits, at the pace of this hour.
  local lately = call('HMGET', key('usage:' .. tenant .. ':' .. math.floor(now / 3600000)), 'runs', 'wallMs')
  local msARun = (tonumber(lately[2]) or 0) / (tonumber(lately[1]) or 1)
  local tenthMs = queued * 0.1 * math.max(1, msARun) / math.max(1, slots)
  return { 'full', cap, limit, waiting, math.floor(math.min(60000, math.max(100, tenthMs))) }
end

if queued > 0 then
  if queued >= policy.maxQueued then return full('maxQueued', policy.maxQueued, queued) end
  local queuedBytes = tonumber(call('HGET', key('bytes'), tenant)) or 0
  if queuedBytes + bytes > policy.maxQueuedBytes then
    return full('maxQueuedBytes', policy.maxQueuedBytes, queuedBytes)
  end
end

call('HSET', jobKey, 'name', 'run', 'data', data, 'opts', ARGV[8], 'timestamp', ARGV[9], 'delay', 0, 'priority', 0,
  'tenant', tenant, 'bytes', bytes, 'fingerprint', fingerprint)

if notBefore > now then
  call('ZADD', key('due'), notBefore, tenant .. '/' .. job)
  call('HSET', jobKey, 'runPriority', priority, 'expiresAt', expiresAt)
  countQueued(tenant, 1, bytes)
  return { 'queued' }
end

local isFree = queued == 0 and call('EXISTS', key('ready')) == 0 and room() > 0
if isFree and not obstacle(tenant, policy, now) then
  spendToken(tenant, policy, now)
  giveToBullMq(tenant, job, now)
  served(tenant, startTagOf(tenant), policy.weight)
  return { 'queued' }
end

call('ZADD', key('expiry'), expiresAt, tenant .. '/' .. job)
countQueued(tenant, 1, bytes)
joinLine(tenant, job, priority)
dispatch(now)
return { 'queued' }
`
