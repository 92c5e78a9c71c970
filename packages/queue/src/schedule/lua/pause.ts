/**
 * Pauses a schedule, or lets it go on. KEYS[1] is what all keys of the ticks start with. ARGV: name, '1' or '0'.
 * Returns 1 if there is such a schedule.
 */
export const PAUSE = `
local record = KEYS[1] .. ':record:' .. ARGV[1]
if redis.call('EXISTS', record) == 0 then return 0 end
if ARGV[2] == '1' then redis.call('HSET', record, 'paused', 1) else redis.call('HDEL', record, 'paused') end
return 1
`
