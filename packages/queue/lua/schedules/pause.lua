-- Pauses a schedule, or lets it go on.
--
-- KEYS: what all keys of the schedules start with
-- ARGV:
--   name            of the schedule, with that of its tenant
--   isPaused        '1' or '0'
-- Returns: 1 if there is such a schedule, else 0

local name, isPaused = unpack(ARGV)
local record = KEYS[1] .. ':record:' .. name
if redis.call('EXISTS', record) == 0 then return 0 end
if isPaused == '1' then redis.call('HSET', record, 'paused', 1) else redis.call('HDEL', record, 'paused') end
return 1
