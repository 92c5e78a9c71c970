-- Makes a schedule, or gives it another definition.
--
-- KEYS: what all keys of the schedules start with
-- ARGV:
--   name            of the schedule, with that of its tenant
--   definition      as JSON
--   timing          as JSON
--   generation      for the timing, if it is new
--   from            where the names of the schedules of the tenant begin
--   to              and where they end
--   most            how many it may have
-- Returns: how many there are when there is no room for another, and nothing is made then

local name, definition, timing, generation, from, to, most = unpack(ARGV)
local record = KEYS[1] .. ':record:' .. name
local all = KEYS[1] .. ':all'

if not redis.call('ZSCORE', all, name) then
  local count = redis.call('ZLEXCOUNT', all, from, to)
  if count >= tonumber(most) then return count end
end
redis.call('ZADD', all, 0, name)
if redis.call('HGET', record, 'timing') ~= timing then
  local time = redis.call('TIME')
  local since = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('HSET', record, 'timing', timing, 'generation', generation, 'since', since, 'ticks', 0, 'tickAt', 0)
end
redis.call('HSET', record, 'definition', definition)
