-- Moves an alias. What is stored of one is its history, newest first, a line of JSON for each move.
--
-- KEYS: the hash of the aliases of the tenant
-- ARGV:
--   alias           its full name
--   bundle          its id
--   by              who moves it
--   expected        the newest line that it must have, or '' for any
--   most            how many lines are kept
-- Returns: the history, or nothing when the newest line is another

local alias, bundle, by, expected, most = unpack(ARGV)
local history = redis.call('hget', KEYS[1], alias) or ''
local newest = string.match(history, '^[^\n]*')
if expected ~= '' and newest ~= expected then return false end
if newest ~= '' and cjson.decode(newest).bundle == bundle then return history end
local time = redis.call('time')
local movedAt = time[1] * 1000 + math.floor(time[2] / 1000)
local lines = { cjson.encode({ bundle = bundle, by = by, movedAt = movedAt }) }
for line in string.gmatch(history, '[^\n]+') do
  if #lines == tonumber(most) then break end
  lines[#lines + 1] = line
end
history = table.concat(lines, '\n')
redis.call('hset', KEYS[1], alias, history)
return history
