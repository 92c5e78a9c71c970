/**
 * Decides about one tick of a schedule, which may be told of it twice. KEYS[1] is what all keys of the ticks start with.
 * ARGV: name, generation, when the tick is due, the id of its run, the run that must be the last one until now or '*' for any,
 * `run` or `skip`.
 *
 * Returns `run`, `skip` (its time is over), `other` (the last run is another one), `paused`, `stale` or `gone`.
 */
export const CLAIM = `
local record = KEYS[1] .. ':record:' .. ARGV[1]
local dueAt, run, expected, wish = tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6]
local state = redis.call('HMGET', record, 'generation', 'paused', 'tickAt', 'lastRun', 'lastStatus')
if not state[1] then return 'gone' end
if state[1] ~= ARGV[2] then return 'stale' end
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
`
