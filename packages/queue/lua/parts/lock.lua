-- How long the lock of a job holds, in milliseconds. It says who has the job; leases say who is dead. So it outlasts a Redis
-- that stands still.
--
-- Defines: LOCK_MS

local LOCK_MS = 60000
