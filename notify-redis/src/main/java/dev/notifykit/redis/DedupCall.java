package dev.notifykit.redis;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.redis.RedisKeys.PartitionedKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One call of a dedup store as {@code dedup.lua} takes and answers it. Thread-safe.
 *
 * @param <T> its answer
 */
final class DedupCall<T> extends BatchCall<T> {

    /** Beyond any deployment's life, and far from where the numbers of scripts end. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final int DIGEST_DIGITS = 32;
    private static final int VERSION_DIGITS = 20;
    private static final int MILLIS_DIGITS = 13;

    private final Function<String, T> verdicts;

    private DedupCall(PartitionedKey key, String text, Function<String, T> verdicts, long deadline) {
        super(key, text.getBytes(StandardCharsets.US_ASCII), deadline);
        this.verdicts = verdicts;
    }

    static DedupCall<Claim> claim(PartitionedKey at, DedupKey key, ClaimOwner owner, ClaimTerms terms, long deadline) {
        String text = "C" + millis(terms.lease()) + millis(terms.ttl()) + names(owner, key);
        return new DedupCall<>(at, text, DedupCall::claimVerdict, deadline);
    }

    static DedupCall<Standing> renew(PartitionedKey at, ClaimOwner owner, ClaimTerms terms, long deadline) {
        String text = "R" + millis(terms.lease()) + millis(terms.ttl()) + owner.value();
        return new DedupCall<>(at, text, DedupCall::standing, deadline);
    }

    static DedupCall<Boolean> confirm(
            PartitionedKey at, DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl, long deadline) {
        // Of what is complete nobody asks who had it.
        String text = ends.complete()
                ? "F" + millis(ttl) + names(owner, key)
                : "P" + millis(ttl) + owner.value() + " "
                        + ends.ended().stream().map(TargetDigest::value).collect(Collectors.joining());
        return new DedupCall<>(at, text, DedupCall::yes, deadline);
    }

    static DedupCall<Boolean> release(PartitionedKey at, ClaimOwner owner, long deadline) {
        return new DedupCall<>(at, "L" + owner.value(), DedupCall::yes, deadline);
    }

    @Override
    T read(String verdict) {
        switch (verdict) {
            case "!WRONGTYPE" ->
                throw new RedisFailure(
                        RedisFailure.Kind.DAMAGED, "the place of this dedup key is taken by another type");
            case "!DAMAGED" -> throw new RedisFailure(RedisFailure.Kind.DAMAGED, "no dedup entry, or not a whole one");
            case "!FORMAT" ->
                throw new RedisFailure(
                        RedisFailure.Kind.DAMAGED, "a dedup entry of a newer build, which this one cannot read");
            case "!OOM" -> throw new RedisFailure(RedisFailure.Kind.OUT_OF_MEMORY, "nothing new can be claimed");
            default -> {
                return verdicts.apply(verdict);
            }
        }
    }

    private static String names(ClaimOwner owner, DedupKey key) {
        return owner.value() + " " + key.contentHash() + " " + version(key.version());
    }

    private static Claim claimVerdict(String verdict) {
        String rest = verdict.substring(1);
        return switch (verdict.charAt(0)) {
            case 'N' -> new Claim.New(digests(rest), false);
            case 'T' -> new Claim.New(digests(rest), true);
            case 'C' -> new Claim.Correction(Duration.ofMillis(Long.parseLong(rest)));
            case 'I' -> new Claim.InFlight(Duration.ofMillis(Long.parseLong(rest)));
            case 'D' -> new Claim.Duplicate();
            case 'S' -> new Claim.Stale();
            default -> throw unknown();
        };
    }

    private static Standing standing(String verdict) {
        return switch (verdict) {
            case "H" -> Standing.HELD;
            case "P" -> Standing.SUPERSEDED;
            case "L" -> Standing.LOST;
            default -> throw unknown();
        };
    }

    private static Boolean yes(String verdict) {
        return switch (verdict) {
            case "1" -> true;
            case "0" -> false;
            default -> throw unknown();
        };
    }

    private static RedisFailure unknown() {
        return new RedisFailure(RedisFailure.Kind.ERROR, "a verdict that dedup.lua does not give");
    }

    private static Set<TargetDigest> digests(String joined) {
        Set<TargetDigest> digests = new HashSet<>();
        for (int at = 0; at < joined.length(); at += DIGEST_DIGITS) {
            digests.add(new TargetDigest(joined.substring(at, at + DIGEST_DIGITS)));
        }
        return digests;
    }

    /** Such that the order of the texts is that of the numbers. */
    static String version(OptionalLong version) {
        return version.isEmpty() ? "" : digits(version.getAsLong() ^ Long.MIN_VALUE, VERSION_DIGITS);
    }

    /** Rounded up: what is positive stays positive, and nothing ends before it was said to. */
    static String millis(Duration duration) {
        Duration bounded = duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
        return digits(bounded.plusNanos(999_999).toMillis(), MILLIS_DIGITS);
    }

    private static String digits(long unsigned, int count) {
        String digits = Long.toUnsignedString(unsigned);
        return "0".repeat(count - digits.length()) + digits;
    }
}
