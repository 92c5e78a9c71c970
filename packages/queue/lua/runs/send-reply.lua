-- Writes a reply to the inbox of a client while Redis is full: a full Redis takes what a script adds after it has removed something,
-- or has tried to.
--
-- KEYS: the inbox
-- ARGV:
--   maxInbox        how many replies the inbox holds at most
--   ...             fields of the reply
-- Returns: nothing

local maxInbox = unpack(ARGV)
redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', maxInbox)
redis.call('XADD', KEYS[1], 'NOMKSTREAM', '*', unpack(ARGV, 2))
