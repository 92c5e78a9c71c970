/**
 * Makes a schedule, or gives it another definition. KEYS[1] is what all keys of the ticks start with. ARGV: name,
 * definition, timing, a generation for the timing if it is new, where the names of the tenant's schedules begin and end, how
 * many it may have.
 *
 * Returns how many there are when there is no room for another, and nothing is made then.
 */
export const PUT = `
local record = KEYS[1] .. ':record:' .. ARGV[1]
local all, most = KEYS[1] .. ':all', tonumber(ARGV[7])

if not redis.call('ZSCORE', all, ARGV[1]) then
  local count = redis.call('ZLEXCOUNT', all, ARGV[5], ARGV[6])
  if count >= most then return count end
end
redis.call('ZADD', all, 0, ARGV[1])
if redis.call('HGET', record, 'timing') ~= ARGV[3] then
  local time = redis.call('TIME')
  local since = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('HSET', record, 'timing', ARGV[3], 'generation', ARGV[4], 'since', since, 'ticks', 0, 'tickAt', 0)
end
redis.call('HSET', record, 'definition', ARGV[2])
`
