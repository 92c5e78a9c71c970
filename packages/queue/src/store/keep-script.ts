import { LuaScript } from '../gate/lua-script.ts'

/**
 * Prolongs the life of a key; one that lives for longer already is left as it is.
 *
 *     KEYS: the key · ARGV: milliseconds · gives 1 if the key is there
 */
export const keepScript = new LuaScript(`
local left = redis.call('pttl', KEYS[1])
if left == -2 then return 0 end
if left ~= -1 and left < tonumber(ARGV[1]) then redis.call('pexpire', KEYS[1], ARGV[1]) end
return 1`)
