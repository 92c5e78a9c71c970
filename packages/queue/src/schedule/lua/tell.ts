/**
 * Tells a schedule how its last run ended. KEYS[1] is what all keys of the ticks start with. ARGV: name, id of the run,
 * status, and if it went wrong a code and a message.
 */
export const TELL = `
local record = KEYS[1] .. ':record:' .. ARGV[1]
if redis.call('HGET', record, 'lastRun') ~= ARGV[2] then return end
redis.call('HSET', record, 'lastStatus', ARGV[3])
if ARGV[4] then redis.call('HSET', record, 'lastCode', ARGV[4], 'lastMessage', ARGV[5]) end
`
