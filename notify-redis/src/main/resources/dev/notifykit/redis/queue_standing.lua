-- How messages stand to their keys.
--
-- KEYS[1]  the partition, see queue_rules
-- ARGV     for each message: the digest of its key (32), and its owner
-- Answers  OK, and for each a letter, see queue_claims

--@include queue_rules
--@include dedup_rules
--@include queue_claims

local digests, answers = {}, { 'OK' }
for i = 1, #ARGV do
  digests[i] = string.sub(ARGV[i], 1, 32)
end
queue_claims_read_ahead(digests)
for i = 1, #ARGV do
  answers[1 + i] = queue_claim_standing(queue_claim_key(digests[i]), string.sub(ARGV[i], 33))
end
return answers
