-- Gives a tenant a policy, or the fleet its default. What the old one held back is asked again at once.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   time            milliseconds since the epoch, '' for the time of Redis
--   tenant          its name, escaped; '' for the fleet
--   rules           what holds for its runs, as JSON, or ''
--   ...             names and values of caps; none, and they are gone
-- Returns: nothing

--- include "parts/guard.lua" for call, queue
--- include "parts/gate-state.lua" for clock, key, hasDefaults
--- include "parts/fair-order.lua" for lookAgain
--- include "parts/dispatch.lua" for dispatch

local time, tenant, rules = unpack(ARGV)
-- Executors that have nothing to do look each second whether anything is there.
local SEEN_WITHIN_MS = 3000
local now = clock(time)
local policy = tenant == '' and key('policy') or key('policy:' .. tenant)
call('DEL', policy)
if rules == '' then call('HDEL', key('rules'), tenant) else call('HSET', key('rules'), tenant, rules) end
call('HINCRBY', queue .. ':gate', 'rulesVersion', 1)
call('SET', key('changed'), 1, 'PX', SEEN_WITHIN_MS)
if #ARGV > 3 then call('HSET', policy, unpack(ARGV, 4)) end
if tenant == '' then
  hasDefaults = #ARGV > 3
  if hasDefaults then call('HSET', queue .. ':gate', 'hasDefaults', 1) else call('HDEL', queue .. ':gate', 'hasDefaults') end
end
for i = 4, #ARGV, 2 do
  if ARGV[i] == 'cpuMsPerMinute' then call('HSET', queue .. ':gate', 'hasCpuBudgets', 1) end
end
lookAgain(tenant == '' and call('HKEYS', key('queued')) or { tenant })
dispatch(now)
