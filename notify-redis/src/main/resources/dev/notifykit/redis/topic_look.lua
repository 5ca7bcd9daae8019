-- Looks a topic up.
--
-- KEYS     1 the topic
-- ARGV     1 milliseconds to add to the clock
-- Answers  what is known of it, '' when it is not there or has ended; !DAMAGED, !FORMAT (of a newer build)

--@include topic_rules

local known, damage = topic_read(KEYS[1])
if not known then
  return { damage or '' }
end
return { topic_has_ended(known, topic_now(ARGV[1])) and '' or known.value }
