-- Renews the leases and locks of jobs that an executor has. A full Redis refuses scripts whose first write may need memory, and
-- the first here does not.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   leaseMs         for how long the jobs are the executor's
--   ...             job and token of each
-- Returns: the jobs whose lock is lost

--- include "parts/guard.lua" for call, queue
--- include "parts/queue-clock.lua" for queueTime
--- include "parts/lock.lua" for LOCK_MS

local leaseMs = unpack(ARGV)
local lost, leasedUntil = {}, queueTime() + leaseMs
for i = 2, #ARGV, 2 do
  local lock = queue .. ':' .. ARGV[i] .. ':lock'
  if call('GET', lock) == ARGV[i + 1] then
    call('PEXPIRE', lock, LOCK_MS)
    call('ZADD', queue .. ':gate:leases', leasedUntil, ARGV[i])
  else
    table.insert(lost, ARGV[i])
  end
end
return lost
