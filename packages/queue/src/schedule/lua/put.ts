/**
 * Makes a schedule, or gives it another definition. KEYS[1] is what all keys of the ticks start with. ARGV: name,
 * definition, timing, a generation for the timing if it is new, time.
 */
export const PUT = `
local record = KEYS[1] .. ':record:' .. ARGV[1]
redis.call('ZADD', KEYS[1] .. ':all', 0, ARGV[1])
if redis.call('HGET', record, 'timing') ~= ARGV[3] then
  redis.call('HSET', record, 'timing', ARGV[3], 'generation', ARGV[4], 'since', ARGV[5], 'ticks', 0, 'tickAt', 0)
end
redis.call('HSET', record, 'definition', ARGV[2])
`
