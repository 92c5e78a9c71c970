-- Takes in a run.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   tenant          its name, escaped
--   job             its id: "tenant/run"
--   priority        among the runs of the tenant
--   delayMs         for how long it is held back
--   expiresInMs     after how long it expires
--   data            the message
--   options         BullMQ's options of the job
--   fingerprint     tells runs of one id apart, '' for an id that nobody chose
--   bytesBeside     bytes of what lies beside the job
--   calls           how many calls the run carries
-- Returns: `queued`, `joined` (the run is there already), `conflict` (another run goes by the id), or `full` with the cap,
--   its figure, what waits, and a guess at when there is room again, in milliseconds; or `overloaded` with that guess and
--   why

--- include "parts/guard.lua" for call, queue, within, MAX_TIME
--- include "parts/gate-state.lua" for clock, key, policyOf, byRedisClock, slots, overloadedUntil, memoryLeft
--- include "parts/caps.lua" for obstacle, spendTokens
--- include "parts/homes.lua" for hasHomes, executorFor
--- include "parts/dispatch.lua" for countQueued, tellOfNext, room, countGiven, send, joinLine, dispatch

local time, tenant, job, priority, delayMs, expiresInMs, data, options, fingerprint, bytesBeside, calls = unpack(ARGV)
-- What Redis keeps for a run besides its message; and a message may take a quarter more than its length.
local BYTES_BESIDES = 2048
local now = clock(time)
local notBefore, expiresAt = now + delayMs, now + expiresInMs
priority, calls = tonumber(priority), tonumber(calls)
local jobKey = queue .. ':' .. job

local known = call('HMGET', jobKey, 'timestamp', 'fingerprint', 'forgetAt')
if known[3] and within(known[3], 0, MAX_TIME, 0) <= now then
  call('DEL', jobKey)
elseif known[1] then
  if (known[2] or '') ~= fingerprint then return { 'conflict' } end
  return { 'joined' }
end

if overloadedUntil > now then
  return { 'overloaded', overloadedUntil - now, call('HGET', queue .. ':gate', 'overloadedWhy') }
end
if memoryLeft and memoryLeft <= 0 then
  return { 'overloaded', 1000, 'Redis has come near its "maxmemory" within a second' }
end

local policy = policyOf(tenant)
local bytes = string.len(data) + tonumber(bytesBeside)

local queued = tonumber(call('HGET', key('queued'), tenant)) or 0

local function full(cap, limit, waiting)
  -- A tenth of what waits, at the pace of this hour.
  local lately = call('HGETALL', key('usage:' .. tenant .. ':' .. math.floor(byRedisClock(now) / 3600000)))
  local runs, wallMs = 0, 0
  for i = 1, #lately, 2 do
    local name, amount = lately[i], within(lately[i + 1], 0, MAX_TIME, 0)
    if name == 'wallUs' then
      wallMs = amount / 1000
    elseif name ~= 'cpuUs' and name ~= 'startUs' and name ~= 'bytesIn' and name ~= 'bytesOut' then
      runs = runs + amount
    end
  end
  local tenthMs = queued * 0.1 * math.max(1, wallMs / math.max(1, runs)) / math.max(1, slots)
  return { 'full', cap, limit, waiting, math.floor(math.min(60000, math.max(100, tenthMs))) }
end

if queued > 0 then
  if queued >= policy.maxQueued then return full('maxQueued', policy.maxQueued, queued) end
  local queuedBytes = tonumber(call('HGET', key('bytes'), tenant)) or 0
  if queuedBytes + bytes > policy.maxQueuedBytes then
    return full('maxQueuedBytes', policy.maxQueuedBytes, queuedBytes)
  end
end

call('HSET', jobKey, 'name', 'run', 'data', data, 'opts', options, 'timestamp', now, 'delay', 0, 'priority', 0,
  'tenant', tenant, 'bytes', bytes, 'fingerprint', fingerprint)
if calls > 1 then call('HSET', jobKey, 'calls', calls) end
if memoryLeft then call('HINCRBY', queue .. ':gate', 'memoryLeft', 0 - BYTES_BESIDES - math.ceil(bytes * 1.25)) end

if notBefore > now then
  call('HSET', jobKey, 'runPriority', priority, 'expiresAt', expiresAt, 'dueAt', notBefore)
  if call('ZADD', key('due'), notBefore, tenant .. '/' .. job) == 1 then countQueued(tenant, 1, bytes) end
  tellOfNext('due', notBefore)
  return { 'queued' }
end

if queued == 0 and call('EXISTS', key('ready')) == 0 then
  local executor = executorFor(tenant)
  if executor or not hasHomes() and room() > 0 then
    local cap, _, bucket = obstacle(tenant, policy, now)
    if not cap then
      spendTokens(tenant, policy, bucket, calls, now)
      countGiven(tenant, job, now)
      send(executor, job, now)
      return { 'queued' }
    end
  end
end

call('ZADD', key('expiry'), expiresAt, tenant .. '/' .. job)
if joinLine(tenant, job, priority) then countQueued(tenant, 1, bytes) end
dispatch(now)
return { 'queued' }
