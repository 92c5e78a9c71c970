-- Prolongs the life of a key; one that lives for longer already is left as it is.
--
-- KEYS: the key
-- ARGV:
--   forMs           for how long it is kept from now on
-- Returns: 1 if the key is there, else 0

local forMs = unpack(ARGV)
local left = redis.call('pttl', KEYS[1])
if left == -2 then return 0 end
if left ~= -1 and left < tonumber(forMs) then redis.call('pexpire', KEYS[1], forMs) end
return 1
