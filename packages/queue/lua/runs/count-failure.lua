-- Counts a failed attempt and what it used, once, though Redis may get the command twice, and only of a job that is still there:
-- written to by an executor that was away for long, one that is gone would come back as a key that nobody removes.
--
-- KEYS: the job
-- ARGV:
--   attempt         the first is 1
--   cpuMs           its CPU time
--   moreStarts      how often it was begun beyond once
-- Returns: nothing

local attempt, cpuMs, moreStarts = unpack(ARGV)
if redis.call('EXISTS', KEYS[1]) == 0 then return end
if tonumber(redis.call('HGET', KEYS[1], 'lastFailed') or 0) >= tonumber(attempt) then return end
redis.call('HSET', KEYS[1], 'lastFailed', attempt)
redis.call('HINCRBYFLOAT', KEYS[1], 'spentCpuMs', cpuMs)
if moreStarts ~= '0' then redis.call('HINCRBY', KEYS[1], 'moreStarts', moreStarts) end
redis.call('HINCRBY', KEYS[1], 'failures', 1)
