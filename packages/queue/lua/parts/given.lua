-- What was given to an executor by name, and the executor has not taken.
--
-- Defines: givenTo, markGiven, giveBack

--- include "parts/guard.lua" for call, queue

-- The key of the list of an executor.
local function givenTo(executor)
  return queue .. ':gate:given:' .. executor
end

-- Wakes an executor for what it was given, once it has a slot open.
local function markGiven(executor)
  call('ZADD', queue .. ':gate:mark:' .. executor, 0, '0')
end

-- Moves what was given to an executor to the list that all take from. It is given no more until it ticks.
local function giveBack(executor)
  for _, job in ipairs(call('LRANGE', givenTo(executor), 0, -1)) do
    call('ZREM', queue .. ':gate:leases', job)
    -- It is the next: it has waited already.
    call('RPUSH', queue .. ':wait', job)
    call('ZADD', queue .. ':marker', 0, '0')
  end
  call('DEL', givenTo(executor), queue .. ':gate:mark:' .. executor)
  call('ZREM', queue .. ':gate:open', executor)
end
