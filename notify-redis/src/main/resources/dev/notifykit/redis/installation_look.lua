-- What an installation has.
--
-- KEYS     1 the installation
-- Answers  what is known, or ''

return { redis.call('GET', KEYS[1]) or '' }
