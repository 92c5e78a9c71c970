import { REDIS_CLOCK } from '../../gate/lua/clock.ts'
import { GUARD } from '../../gate/lua/guard.ts'

/** Bundles are kept for days. */
const UPKEEP_EVERY_MS = 12 * 3_600_000

/** The member of `due` that stands for looking after all schedules; names of schedules hold a "/". */
const UPKEEP = 'upkeep'

const START = `${GUARD}
local base = queue
local due, held, all = base .. ':due', base .. ':held', base .. ':all'

-- Lists all schedules and has them be due again, should somebody have removed either.
local function lookAfterAll(now)
  call('ZADD', due, now, '${UPKEEP}')
end
`

/**
 * Says what is due by the clock of Redis. KEYS[1] is what all keys of the ticks start with. ARGV: milliseconds for which a tick is
 * the caller's.
 *
 *     due       schedules, by when they are due next
 *     held      ticks that were taken and not delivered, by when another executor takes them:
 *               "attempt:generation:due at:schedule"
 *     wake      there when something may be due earlier than executors know of
 *
 * Returns `tick` and one that is to be delivered again, now the caller's; `due`, the schedule, when it is due, the time and its
 * record, for the caller to advance it; `upkeep`; or `wait` and for how many milliseconds at most, -1 for ever.
 */
export const TAKE_TICK = `${START}${REDIS_CLOCK}
local now = redisTime()
local again = call('ZRANGE', held, 0, 0, 'WITHSCORES')
if again[1] and tonumber(again[2]) <= now then
  call('ZREM', held, again[1])
  local attempt, rest = string.match(again[1], '^(%d+):(.*)$')
  if not attempt then return { 'wait', 0 } end
  local tick = string.format('%d:%s', attempt + 1, rest)
  call('ZADD', held, now + ARGV[1], tick)
  return { 'tick', tick }
end
local first = call('ZRANGE', due, 0, 0, 'WITHSCORES')
if not first[1] then
  lookAfterAll(now)
  return { 'wait', 0 }
end
if first[1] and tonumber(first[2]) <= now then
  local name = first[1]
  if name == '${UPKEEP}' then
    call('ZADD', due, now + ${UPKEEP_EVERY_MS}, name)
    for _, record in ipairs(call('KEYS', base .. ':record:*')) do
      call('ZADD', all, 0, string.sub(record, #base + #':record:' + 1))
    end
    return { 'upkeep' }
  end
  local record = call('HGETALL', base .. ':record:' .. name)
  if #record > 0 then return { 'due', name, first[2], now, record } end
  call('ZREM', due, name)
  return { 'wait', 0 }
end
local nextAt = math.min(tonumber(first[2]) or math.huge, tonumber(again[2]) or math.huge)
return { 'wait', nextAt == math.huge and -1 or math.ceil(nextAt - now) }
`

/**
 * Takes a tick that is due, and has its schedule be due the next time. ARGV: schedule, when it is due, its generation, how often
 * it was due before, the next time or '', milliseconds for which the tick is the caller's. Returns the tick, or nothing when
 * another executor was faster or the schedule has changed.
 */
export const ADVANCE = `${START}${REDIS_CLOCK}
local name, dueAt, generation, ticks, nextAt = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local record = base .. ':record:' .. name
local state = call('HMGET', record, 'generation', 'paused', 'ticks')
local score = call('ZSCORE', due, name)
if not score or tonumber(score) ~= tonumber(dueAt) then return false end
if state[1] ~= generation or state[2] or state[3] ~= ticks then return false end
if nextAt == '' then call('ZREM', due, name) else call('ZADD', due, nextAt, name) end
call('HINCRBY', record, 'ticks', 1)
if call('ZCARD', all) == 0 or not call('ZSCORE', due, '${UPKEEP}') then lookAfterAll(redisTime()) end
local tick = string.format('1:%s:%s:%s', generation, dueAt, name)
call('ZADD', held, redisTime() + ARGV[6], tick)
return tick
`

/**
 * Has a schedule be due at a time, or not at all. ARGV: schedule, its generation or '' for none, '1' if it is paused or '', the
 * time or ''. What is due by this generation stays so. Returns 0 when the record has changed meanwhile.
 */
export const SET_DUE = `${START}${REDIS_CLOCK}
local name, generation, paused, at = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local record = base .. ':record:' .. name
local state = call('HMGET', record, 'generation', 'paused', 'dueOf')
if (state[1] or '') ~= generation or (state[2] and '1' or '') ~= paused then return 0 end
if at == '' then
  call('ZREM', due, name)
  return 1
end
if state[3] == generation and call('ZSCORE', due, name) then return 1 end
call('HSET', record, 'dueOf', generation)
call('ZADD', due, at, name)
call('ZADD', due, 'NX', redisTime() + ${UPKEEP_EVERY_MS}, '${UPKEEP}')
call('ZADD', base .. ':wake', 0, '0')
return 1
`

/** Has a tick be delivered again. ARGV: the tick, in how many milliseconds. */
export const PUT_OFF_TICK = `${START}${REDIS_CLOCK}
call('ZADD', held, 'XX', redisTime() + ARGV[2], ARGV[1])
`
