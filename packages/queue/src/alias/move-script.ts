import { LuaScript } from '../gate/lua-script.ts'

/**
 * Moves an alias. What is stored of one is its history, newest first, a line of JSON for each move.
 *
 *     KEYS: the aliases of the tenant
 *     ARGV: the alias · the bundle · who moves it · the newest line that it must have, or '' for any · most lines kept
 *     gives the history, or nil when the newest line is another
 */
export const moveScript = new LuaScript(`
local history = redis.call('hget', KEYS[1], ARGV[1]) or ''
local newest = string.match(history, '^[^\\n]*')
if ARGV[4] ~= '' and newest ~= ARGV[4] then return false end
if newest ~= '' and cjson.decode(newest).bundle == ARGV[2] then return history end
local time = redis.call('time')
local movedAt = time[1] * 1000 + math.floor(time[2] / 1000)
local lines = { cjson.encode({ bundle = ARGV[2], by = ARGV[3], movedAt = movedAt }) }
for line in string.gmatch(history, '[^\\n]+') do
  if #lines == tonumber(ARGV[5]) then break end
  lines[#lines + 1] = line
end
history = table.concat(lines, '\\n')
redis.call('hset', KEYS[1], ARGV[1], history)
return history`)
