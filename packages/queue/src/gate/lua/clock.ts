/** Scripts tell the time by Redis, in milliseconds since the epoch. They have `queue` and `call`. */
export const REDIS_CLOCK = `
local function redisTime()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`

/** The clock of the queue as the gate knows it, for scripts that need nothing else of the gate. */
export const QUEUE_CLOCK = `${REDIS_CLOCK}
local function queueTime()
  return redisTime() + (tonumber(call('HGET', queue .. ':gate', 'clockOffset')) or 0)
end
`
