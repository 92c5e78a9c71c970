-- Notes that something cannot be read, for all executors to tell.
--
-- KEYS: what all keys of the queue start with
-- ARGV:
--   key             what cannot be read
--   why             in words
-- Returns: nothing

--- include "parts/guard.lua" for noteQuarantine

local key, why = unpack(ARGV)
noteQuarantine(key, why)
