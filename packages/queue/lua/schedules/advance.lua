-- Takes a tick that is due, and has its schedule be due the next time.
--
-- KEYS: what all keys of the schedules start with
-- ARGV:
--   name            of the schedule, with that of its tenant
--   dueAt           when it is due
--   generation      of its timing
--   ticks           how often it was due before
--   nextAt          when it is due next, or ''
--   holdMs          for how long the tick is the caller's
-- Returns: the tick, or nothing when another executor was faster or the schedule has changed

--- include "parts/guard.lua" for call
--- include "parts/redis-clock.lua" for redisTime
--- include "parts/schedules.lua" for base, due, held, all, UPKEEP, lookAfterAll

local name, dueAt, generation, ticks, nextAt, holdMs = unpack(ARGV)
local record = base .. ':record:' .. name
local state = call('HMGET', record, 'generation', 'paused', 'ticks')
local score = call('ZSCORE', due, name)
if not score or tonumber(score) ~= tonumber(dueAt) then return false end
if state[1] ~= generation or state[2] or state[3] ~= ticks then return false end
if nextAt == '' then call('ZREM', due, name) else call('ZADD', due, nextAt, name) end
call('HINCRBY', record, 'ticks', 1)
if call('ZCARD', all) == 0 or not call('ZSCORE', due, UPKEEP) then lookAfterAll(redisTime()) end
local tick = string.format('1:%s:%s:%s', generation, dueAt, name)
call('ZADD', held, redisTime() + holdMs, tick)
return tick
