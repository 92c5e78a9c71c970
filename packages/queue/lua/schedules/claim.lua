-- Decides about one tick of a schedule, which may be told of it twice.
--
-- KEYS: what all keys of the schedules start with
-- ARGV:
--   name            of the schedule, with that of its tenant
--   generation      of its timing
--   dueAt           when the tick is due
--   run             the id of its run
--   expected        the run that must be the last one until now, '' for none or '*' for any
--   wish            `run` or `skip`
-- Returns: `run`, `skip` (its time is over), `other` (the last run is another one), `paused`, `stale` or `gone`

local name, generation, dueAt, run, expected, wish = unpack(ARGV)
local record = KEYS[1] .. ':record:' .. name
dueAt = tonumber(dueAt)
local state = redis.call('HMGET', record, 'generation', 'paused', 'tickAt', 'lastRun', 'lastStatus')
if not state[1] then return 'gone' end
if state[1] ~= generation then return 'stale' end
if state[2] then
  -- It does not count.
  redis.call('HINCRBY', record, 'ticks', -1)
  return 'paused'
end

local isAgain = state[4] == run
if isAgain and state[5] ~= 'pending' then return 'skip' end
if not isAgain and expected ~= '*' and expected ~= (state[4] or '') then return 'other' end

local isLate = dueAt < tonumber(state[3])
if isLate then
  if expected ~= '*' and not isAgain then return 'skip' end
  return wish
end
redis.call('HSET', record, 'tickAt', dueAt)
if wish == 'run' and not isAgain then
  redis.call('HSET', record, 'lastRun', run, 'lastAt', dueAt, 'lastStatus', 'pending')
  redis.call('HDEL', record, 'lastCode', 'lastMessage')
end
return wish
