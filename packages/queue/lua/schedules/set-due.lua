-- Has a schedule be due at a time, or not at all. What is due by this generation stays so.
--
-- KEYS: what all keys of the schedules start with
-- ARGV:
--   name            of the schedule, with that of its tenant
--   generation      of its timing, or '' for none
--   isPaused        '1' or ''
--   dueAt           or ''
-- Returns: 1; 0 when the record has changed meanwhile

--- include "parts/guard.lua" for call
--- include "parts/redis-clock.lua" for redisTime
--- include "parts/schedules.lua" for base, due, UPKEEP, UPKEEP_EVERY_MS

local name, generation, isPaused, dueAt = unpack(ARGV)
local record = base .. ':record:' .. name
local state = call('HMGET', record, 'generation', 'paused', 'dueOf')
if (state[1] or '') ~= generation or (state[2] and '1' or '') ~= isPaused then return 0 end
if dueAt == '' then
  call('ZREM', due, name)
  return 1
end
if state[3] == generation and call('ZSCORE', due, name) then return 1 end
call('HSET', record, 'dueOf', generation)
call('ZADD', due, dueAt, name)
call('ZADD', due, 'NX', redisTime() + UPKEEP_EVERY_MS, UPKEEP)
call('ZADD', base .. ':wake', 0, '0')
return 1
