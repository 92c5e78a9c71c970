-- The clock of the queue as the gate knows it, for scripts that need nothing else of the gate.
--
-- Defines: queueTime

--- include "parts/guard.lua" for call, queue
--- include "parts/redis-clock.lua" for redisTime

local function queueTime(given)
  return (tonumber(given) or redisTime()) + (tonumber(call('HGET', queue .. ':gate', 'clockOffset')) or 0)
end
