-- Gives an executor the next run that lies in BullMQ: what BullMQ's own script does, without what this queue has no use
-- for, such as events, priorities and rate limits.
--
-- An executor takes what lies in the list that all take from before what it was given itself: that has waited for longer.
--
-- `takeNext` gives 'other' where there is more to do, before it has done anything: then BullMQ's own script has to. Else
-- `{ fields of the job or false, job, 0, 0, how many are left }`, of which BullMQ expects the first four. When something is
-- to come, the tick of the gate knows. Also gives whether the run was given to the executor before, and its slot counted.
--
-- Defines: takeNext

--- include "parts/guard.lua" for call, queue, within, MAX_TIME
--- include "parts/lock.lua" for LOCK_MS
--- include "parts/given.lua" for givenTo, giveBack

-- Bounds how long one call keeps Redis busy; the next goes on.
local MAX_PASSED_OVER = 1000

-- The fields of a job. What was removed by hand, or set aside, has none.
local function fieldsOf(job)
  local fields = call('HGETALL', queue .. ':' .. job)
  for i = 1, #fields, 2 do
    if fields[i] == 'timestamp' then return fields end
  end
  call('DEL', queue .. ':' .. job)
end

local function popJob(list)
  for _ = 1, MAX_PASSED_OVER do
    local job = call('RPOP', list)
    if not job then return nil end
    local fields = fieldsOf(job)
    if fields then return job, fields end
  end
end

-- `home` is the name under which the executor is given runs, or ''; `pick` gives one more job where none lies ready.
local function takeNext(token, leaseMs, worker, home, now, pick)
  local at = string.format('%.0f', now)
  local meta = call('HMGET', queue .. ':meta', 'paused', 'concurrency', 'max')
  if meta[1] or meta[2] or meta[3] then
    -- BullMQ's script knows nothing of what was given to executors.
    if home ~= '' then giveBack(home) end
    return 'other'
  end
  -- Not moved in one call: a full Redis refuses scripts whose first write may need memory, and would give out nothing.
  local job, fields = popJob(queue .. ':wait')
  local wasGiven, left = false, 0
  if job then
    -- A worker that is woken takes the mark away that woke it: while runs are left, another is to be woken.
    left = call('LLEN', queue .. ':wait')
    if left > 0 then call('ZADD', queue .. ':marker', 0, '0') end
    -- It may have been woken for these.
    if left == 0 and home ~= '' then left = call('LLEN', givenTo(home)) end
  elseif home ~= '' then
    local given = givenTo(home)
    job, fields = popJob(given)
    wasGiven = job ~= nil
    left = wasGiven and call('LLEN', given) or 0
  end
  if not job and pick then
    job = pick()
    fields = job and fieldsOf(job)
    if not fields then job = nil end
  end
  if not job then
    if call('EXISTS', queue .. ':prioritized') == 1 then return 'other' end
    return { false, 0, 0, 0, 0 }
  end
  call('LPUSH', queue .. ':active', job)
  local jobKey = queue .. ':' .. job
  local starts = 1
  for i = 1, #fields, 2 do
    if fields[i] == 'ats' then starts = within(fields[i + 1], 0, MAX_TIME, 0) + 1 end
    -- It was over, and is tried again by hand.
    if fields[i] == 'forgetAt' then
      call('PERSIST', jobKey)
      call('HDEL', jobKey, 'forgetAt')
    end
  end
  call('SET', jobKey .. ':lock', token, 'PX', LOCK_MS)
  call('ZADD', queue .. ':gate:leases', now + leaseMs, job)
  call('HSET', jobKey, 'processedOn', at, 'pb', worker, 'ats', starts)
  for _, text in ipairs({ 'processedOn', at, 'pb', worker, 'ats', tostring(starts) }) do table.insert(fields, text) end
  return { fields, job, 0, 0, left }, wasGiven
end
