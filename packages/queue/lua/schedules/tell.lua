-- Tells a schedule how its last run ended.
--
-- KEYS: what all keys of the schedules start with
-- ARGV:
--   name            of the schedule, with that of its tenant
--   run             its id
--   status          of its outcome
--   code            if it went wrong, else ''
--   text            the message of the error, or ''
-- Returns: nothing

local name, run, status, code, text = unpack(ARGV)
local record = KEYS[1] .. ':record:' .. name
if redis.call('HGET', record, 'lastRun') ~= run then return end
redis.call('HSET', record, 'lastStatus', status)
if code ~= '' then redis.call('HSET', record, 'lastCode', code, 'lastMessage', text) end
