-- Says what is due by the clock of Redis.
--
-- KEYS: what all keys of the schedules start with
-- ARGV:
--   holdMs          for how long a tick is the caller's
-- Returns: `tick` and one that is to be delivered again, now the caller's; `due`, the schedule, when it is due, the time and
--   its record, for the caller to advance it; `upkeep`; or `wait` and for how many milliseconds at most, -1 for ever

--- include "parts/guard.lua" for call
--- include "parts/redis-clock.lua" for redisTime
--- include "parts/schedules.lua" for base, due, held, all, UPKEEP, UPKEEP_EVERY_MS, lookAfterAll

local holdMs = unpack(ARGV)
local now = redisTime()
local again = call('ZRANGE', held, 0, 0, 'WITHSCORES')
if again[1] and tonumber(again[2]) <= now then
  call('ZREM', held, again[1])
  local attempt, rest = string.match(again[1], '^(%d+):(.*)$')
  if not attempt then return { 'wait', 0 } end
  local tick = string.format('%d:%s', attempt + 1, rest)
  call('ZADD', held, now + holdMs, tick)
  return { 'tick', tick }
end
local first = call('ZRANGE', due, 0, 0, 'WITHSCORES')
if not first[1] then
  lookAfterAll(now)
  return { 'wait', 0 }
end
if first[1] and tonumber(first[2]) <= now then
  local name = first[1]
  if name == UPKEEP then
    call('ZADD', due, now + UPKEEP_EVERY_MS, name)
    for _, record in ipairs(call('KEYS', base .. ':record:*')) do
      call('ZADD', all, 0, string.sub(record, #base + #':record:' + 1))
    end
    return { 'upkeep' }
  end
  local record = call('HGETALL', base .. ':record:' .. name)
  if #record > 0 then return { 'due', name, first[2], now, record } end
  call('ZREM', due, name)
  return { 'wait', 0 }
end
local nextAt = math.min(tonumber(first[2]) or math.huge, tonumber(again[2]) or math.huge)
return { 'wait', nextAt == math.huge and -1 or math.ceil(nextAt - now) }
