-- Counts in a string.
-- KEYS[1]  the counter
-- ARGV[1]  an operation's name; not used
-- Answers  how often it was called
return redis.call('INCR', KEYS[1])
