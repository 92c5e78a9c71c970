-- What time it is at Redis.
--
-- KEYS: any: in a cluster, the node that has it tells its time
-- ARGV: none
-- Returns: milliseconds since the epoch

local time = redis.call('TIME')
return time[1] * 1000 + math.floor(time[2] / 1000)
