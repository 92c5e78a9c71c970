/**
 * Makes a schedule, or gives it another definition. KEYS[1] is what all keys of the ticks start with. ARGV: name,
 * definition, timing, a generation for the timing if it is new, time, tenant, how many schedules the tenant may have.
 *
 * Returns how many there are when there is no room for another, and nothing is made then.
 */
export const PUT = `
local record = KEYS[1] .. ':record:' .. ARGV[1]
local all, tenant, most = KEYS[1] .. ':all', ARGV[6], tonumber(ARGV[7])

local function schedulesOfTenant()
  local from, to = '[' .. tenant .. '@', '(' .. tenant .. 'A'
  local count = redis.call('ZLEXCOUNT', all, from, to)
  if count < most then return count end
  -- The name of a tenant may hold an "@" as well.
  for _, name in ipairs(redis.call('ZRANGEBYLEX', all, from, to)) do
    if string.find(name, '@', #tenant + 2, true) then count = count - 1 end
  end
  return count
end

if not redis.call('ZSCORE', all, ARGV[1]) then
  local count = schedulesOfTenant()
  if count >= most then return count end
end
redis.call('ZADD', all, 0, ARGV[1])
if redis.call('HGET', record, 'timing') ~= ARGV[3] then
  redis.call('HSET', record, 'timing', ARGV[3], 'generation', ARGV[4], 'since', ARGV[5], 'ticks', 0, 'tickAt', 0)
end
redis.call('HSET', record, 'definition', ARGV[2])
`
