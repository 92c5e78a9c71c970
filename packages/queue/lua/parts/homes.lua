-- Gives each tenant a home among the executors, so that its runs find a cell of theirs. Executors stand on a ring, each at a
-- few places for each of its slots; a tenant is at home with the one that comes next after its own place. So an executor that
-- comes or goes moves the tenants of its places, and nobody else.
--
-- Runs are given to executors by name, each with a list of its own, and only to those that have a slot open.
--
-- Defines: hasHomes, countHomes, settle, leave, homeOf, noteNear, firstNear, isAnyOpen, executorFor, giveTo, openSlot,
--   takeFromGiven, TAKEN_WITHIN_MS

--- include "parts/guard.lua" for call, within, MAX_TIME
--- include "parts/gate-state.lua" for key, homes
--- include "parts/given.lua" for givenTo, markGiven, giveBack

-- An executor that has a slot open takes what it is given at once. After so long, the run may go anywhere.
local TAKEN_WITHIN_MS = 250
local hasHomes, countHomes, settle, leave, homeOf, noteNear, firstNear, isAnyOpen
local executorFor, giveTo, openSlot, takeFromGiven

-- A script may have 200 locals: these are of this part alone.
do
  local PLACES_PER_SLOT = 4
  local MAX_PLACES = 1024
  -- How many places after that of a tenant are looked at for an executor with a slot open.
  local NEXT_PLACES = 12
  -- A tenant that has runs under way leaves this many slots of its home to others.
  local KEPT_FREE = 2
  -- With this many runs under way, a tenant is at home with all executors.
  local AT_HOME_EVERYWHERE = 8
  -- Bounds how many are looked at that have had their runs elsewhere.
  local MAX_STALE = 4

  function hasHomes()
    return homes > 0
  end

  -- Counts the places on the ring, and forgets executors that are not known.
  function countHomes()
    homes = call('ZCARD', key('homes'))
    local names = call('ZRANGE', key('open'), 0, -1)
    for i, known in ipairs(#names > 0 and call('HMGET', key('slots'), unpack(names)) or {}) do
      if not known then leave(names[i]) end
    end
  end

  -- A point of the ring for a name, from 0 to 2^32.
  local function placeOf(name)
    return tonumber(string.sub(redis.sha1hex(name), 1, 8), 16)
  end

  -- Gives an executor this many places on the ring.
  local function setPlaces(executor, places)
    if places > 0 and not call('ZSCORE', key('homes'), places .. ' ' .. executor) then
      for i = 1, places do
        local place = i .. ' ' .. executor
        call('ZADD', key('homes'), placeOf(place), place)
      end
    end
    repeat
      places = places + 1
    until call('ZREM', key('homes'), places .. ' ' .. executor) == 0
  end

  -- An executor takes runs by its own list from now on. `open` says how many of its slots no run is in; less than 0: not known.
  function settle(executor, slots, open)
    setPlaces(executor, math.min(MAX_PLACES, math.ceil(slots * PLACES_PER_SLOT)))
    if open < 0 then
      call('ZADD', key('open'), 'NX', 0, executor)
    else
      call('ZADD', key('open'), open - call('LLEN', givenTo(executor)), executor)
    end
  end

  function leave(executor)
    setPlaces(executor, 0)
    giveBack(executor)
    call('DEL', key('near:' .. executor))
  end

  local function executorAt(place)
    local space = place and string.find(place, ' ', 1, true)
    return space and string.sub(place, space + 1) or nil
  end

  local function placesAfter(point, most)
    local places = call('ZRANGEBYSCORE', key('homes'), point, '+inf', 'LIMIT', 0, most)
    if #places < most then
      for _, place in ipairs(call('ZRANGE', key('homes'), 0, most - #places - 1)) do table.insert(places, place) end
    end
    return places
  end

  function homeOf(tenant)
    if not hasHomes() then return nil end
    return executorAt(placesAfter(placeOf(tenant), 1)[1])
  end

  function isAnyOpen()
    local most = call('ZREVRANGE', key('open'), 0, 0, 'WITHSCORES')
    return most[1] and tonumber(most[2]) > 0 and most[1] or nil
  end

  -- Remembers that the next run of a tenant is best given to an executor: it is at home there, or had its last run there.
  function noteNear(executor, tenant, startTag)
    if executor then call('ZADD', key('near:' .. executor), startTag, tenant) end
  end

  -- Of the tenants near to an executor, the first in the order; gives its start tag too.
  function firstNear(executor)
    for _ = 1, MAX_STALE do
      local first = call('ZRANGE', key('near:' .. executor), 0, 0, 'WITHSCORES')
      if not first[1] then return nil end
      local startTag = tonumber(call('ZSCORE', key('ready'), first[1]))
      if not startTag then
        call('ZREM', key('near:' .. executor), first[1])
      elseif startTag > tonumber(first[2]) then
        -- It has had runs elsewhere meanwhile.
        noteNear(executor, first[1], startTag)
      else
        return first[1], startTag
      end
    end
  end

  -- The executors that are next on the ring to a tenant, its home first.
  local function nextTo(tenant, places)
    local names, known = {}, {}
    for _, place in ipairs(placesAfter(placeOf(tenant), places)) do
      local name = executorAt(place)
      if name and not known[name] then
        table.insert(names, name)
        known[name] = true
      end
    end
    return names
  end

  local function openAt(executor)
    return executor and tonumber(call('ZSCORE', key('open'), executor)) or 0
  end

  -- Who is given the next run of a tenant: its home, if a slot is open there, else the next on the ring that has one, else
  -- whoever has most. A tenant with runs under way has as many homes more, and is given the one of them with the most open
  -- slots when its first is nearly full, so that those who have no other find a slot there; one with many runs has a cell
  -- everywhere anyway. Nil when no slot is open.
  function executorFor(tenant)
    if not hasHomes() then return nil end
    local home = homeOf(tenant)
    local openAtHome = openAt(home)
    if openAtHome > KEPT_FREE then return home end
    local running = within(call('HGET', key('running'), tenant), 0, MAX_TIME, 0)
    if openAtHome > running then return home end
    if running >= AT_HOME_EVERYWHERE then return isAnyOpen() end
    local names = nextTo(tenant, NEXT_PLACES)
    local best, most
    for i, open in ipairs(#names > 0 and call('ZMSCORE', key('open'), unpack(names)) or {}) do
      open = tonumber(open or 0)
      if open > 0 and (not best or i <= running + 1 and open > most) then best, most = names[i], open end
    end
    return best or isAnyOpen()
  end

  function giveTo(executor, job, now)
    call('LPUSH', givenTo(executor), job)
    markGiven(executor)
    call('ZINCRBY', key('open'), -1, executor)
    call('ZADD', key('leases'), now + TAKEN_WITHIN_MS, job)
  end

  -- An executor has a slot open again; unless it takes nothing at the moment.
  function openSlot(executor)
    call('ZADD', key('open'), 'XX', 'INCR', 1, executor)
  end

  -- Takes a run that no executor has taken out of the list of whom it was given to; gives whose that is, if there is one.
  function takeFromGiven(job)
    for _, executor in ipairs(call('ZRANGE', key('executors'), 0, -1)) do
      if call('LREM', givenTo(executor), 1, job) == 1 then
        call('ZREM', key('leases'), job)
        return executor
      end
    end
  end
end
