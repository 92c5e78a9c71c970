-- The keys of schedules, all of which start with `base`:
--
--     record:S  the hash of schedule S
--     all       the names of all schedules
--     due       schedules, by when they are due next
--     held      ticks that were taken and not delivered, by when another executor takes them:
--               "attempt:generation:due at:schedule"
--     wake      there when something may be due earlier than executors know of
--
-- Defines: base, due, held, all, UPKEEP, UPKEEP_EVERY_MS, lookAfterAll

--- include "parts/guard.lua" for call, queue

local base = queue
-- The member of `due` that stands for looking after all schedules; names of schedules hold a "/".
local UPKEEP = 'upkeep'
-- Bundles are kept for days.
local UPKEEP_EVERY_MS = 12 * 3600 * 1000
local due, held, all = base .. ':due', base .. ':held', base .. ':all'

-- Lists all schedules and has them be due again, should somebody have removed either.
local function lookAfterAll(now)
  call('ZADD', due, now, UPKEEP)
end
