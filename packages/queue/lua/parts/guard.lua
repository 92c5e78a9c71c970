-- What every script calls Redis with. A key of the queue that cannot be read, because somebody has put something else in its
-- place, is set aside and the call is made again, so that one key does not stop all tenants. KEYS[1] is what all keys of the
-- queue start with.
--
-- Defines: queue, call, setAside, noteQuarantine, dropMember, jobOf, within, MAX_TIME, callsOf, bytesOf

local queue = KEYS[1]
local QUARANTINE_MS = 24 * 3600 * 1000
local MAX_NOTES = 100

-- Notes what was set aside. It is told by the executors, in their log and their readiness.
local function noteQuarantine(key, why, member)
  local time = redis.call('TIME')
  local at = time[1] * 1000 + math.floor(time[2] / 1000)
  local notes = queue .. ':quarantine'
  if redis.call('TYPE', notes).ok ~= 'zset' then redis.call('DEL', notes) end
  redis.call('ZADD', notes, at, cjson.encode({ at = at, key = key, why = why, member = member }))
  redis.call('ZREMRANGEBYRANK', notes, 0, -1 - MAX_NOTES)
  redis.call('PEXPIRE', notes, QUARANTINE_MS)
end

-- The name of the job that a key holds, if it holds one.
local function jobOf(key)
  return string.match(string.sub(key, #queue + 2), '^[^:]+/[^:]+$')
end

-- What the gate counts and orders is put right by the next tick; a job is missed where it is looked for.
local function wantRepair(key)
  if jobOf(key) then return end
  local gate = queue .. ':gate'
  -- Without these, what was decided for tenants would hold no more: they are read again.
  if key == gate then
    redis.call('HSET', gate, 'hasDefaults', 1, 'hasCpuBudgets', 1, 'rulesVersion', redis.call('TIME')[1])
  end
  if redis.call('EXISTS', gate) == 1 then redis.call('HSET', gate, 'repair', 1) end
end

local function setAside(key, why)
  local aside = queue .. ':quarantine:' .. string.sub(key, #queue + 2)
  redis.call('RENAME', key, aside)
  redis.call('PEXPIRE', aside, QUARANTINE_MS)
  wantRepair(key)
  noteQuarantine(key, why)
end

local function call(command, key, ...)
  local answer = redis.pcall(command, key, ...)
  local problem = type(answer) == 'table' and answer.err
  if not problem then return answer end
  if string.sub(key, 1, #queue + 1) == queue .. ':' then
    if string.find(problem, 'WRONGTYPE', 1, true) then
      setAside(key, 'holds a value of another type, which ' .. command .. ' cannot use')
    elseif command == 'HINCRBY' and string.find(problem, 'hash value is not an integer', 1, true) then
      local field = ...
      redis.call('HDEL', key, field)
      wantRepair(key)
      noteQuarantine(key, 'holds a field that is no whole number', field)
    end
  end
  return redis.call(command, key, ...)
end

local function dropMember(key, member)
  call('ZREM', key, member)
  noteQuarantine(key, 'holds a member that is not "tenant/job"', member)
end

-- A number that somebody may have overwritten.
local function within(text, least, most, fallback)
  local number = tonumber(text)
  if not number or not (number >= least and number <= most) then return fallback end
  return number
end

local MAX_TIME = 2 ^ 53
local MAX_CALLS = 1e6

local function callsOf(text)
  return math.floor(within(text, 1, MAX_CALLS, 1))
end

local function bytesOf(text)
  local bytes = within(text, 0, 2 ^ 40, nil)
  return bytes and math.floor(bytes)
end
