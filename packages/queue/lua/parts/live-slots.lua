-- How many slots the executors have that are alive.
--
-- Defines: liveSlots

--- include "parts/guard.lua" for call, within
--- include "parts/gate-state.lua" for key

local function liveSlots(now, deadAfterMs)
  local live = 0
  for _, name in ipairs(call('ZRANGEBYSCORE', key('executors'), '(' .. (now - deadAfterMs), '+inf')) do
    live = live + within(call('HGET', key('slots'), name), 0, 1e6, 0)
  end
  return live
end
