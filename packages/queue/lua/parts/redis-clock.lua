-- Scripts tell the time by Redis, in milliseconds since the epoch.
--
-- Defines: redisTime

local function redisTime()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
