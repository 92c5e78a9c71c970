-- Counts a bundle for a tenant: what each of its bundles comes to, and until when it is kept, is told as "time:bytes".
--
-- KEYS: the hash of the bundles of the tenant
-- ARGV:
--   id              of the bundle
--   bytes           that it takes
--   forMs           for how long it is kept
--   most            bytes that all may come to
-- Returns: 1 if it is counted, else 0; and what the others come to

local id, bytes, forMs, most = unpack(ARGV)
bytes, forMs, most = tonumber(bytes), tonumber(forMs), tonumber(most)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local others, keptUntil, last = 0, nil, now + forMs
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local until_, size = string.match(entries[i + 1], '^(%d+):(%d+)$')
  if tonumber(until_) <= now then
    redis.call('HDEL', KEYS[1], entries[i])
  else
    last = math.max(last, tonumber(until_))
    if entries[i] == id then keptUntil = tonumber(until_) else others = others + tonumber(size) end
  end
end
if not keptUntil and others + bytes > most then return { 0, others } end
redis.call('HSET', KEYS[1], id, string.format('%.0f:%.0f', math.max(keptUntil or 0, now + forMs), bytes))
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last))
return { 1, others }
