package dev.notifykit.fanout;

import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How far a fan-out is. The law: {@code recipients = done + pending}, where pending is counted on its own. Immutable.
 *
 * @param id which fan-out
 * @param state what it is doing
 * @param reasonText why it waits or has failed; null otherwise
 * @param recipients rows of the pages opened so far
 * @param results how many of them ended how
 * @param open rows of open pages without a result, those in flight among them
 * @param parked rows that wait for a later time
 * @param readToEnd whether {@code recipients} is the final number
 * @param estimated the audience's own estimate of the final number; null when it has none
 * @param possibleDuplicates at most so many requests may have reached a provider twice
 * @param ratePerSecond results per second, lately; 0 when nothing is known
 */
public record FanOutProgress(
        FanOutId id,
        FanOutState state,
        @Nullable String reasonText,
        long recipients,
        Map<SendResult.Kind, Long> results,
        long open,
        long parked,
        boolean readToEnd,
        @Nullable Long estimated,
        long possibleDuplicates,
        double ratePerSecond) {

    /** Copies the counts. */
    public FanOutProgress {
        EnumMap<SendResult.Kind, Long> copy = new EnumMap<>(SendResult.Kind.class);
        copy.putAll(results);
        results = Collections.unmodifiableMap(copy);
    }

    /**
     * The same reading with a rate.
     *
     * @param perSecond results per second
     * @return a copy
     */
    public FanOutProgress withRate(double perSecond) {
        return new FanOutProgress(
                id,
                state,
                reasonText,
                recipients,
                results,
                open,
                parked,
                readToEnd,
                estimated,
                possibleDuplicates,
                perSecond);
    }

    /**
     * Rows that have a result.
     *
     * @return the sum of the results
     */
    public long done() {
        return results.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Rows that ended in one way.
     *
     * @param kind which way
     * @return how many
     */
    public long count(SendResult.Kind kind) {
        return results.getOrDefault(kind, 0L);
    }

    /**
     * Rows that have no result yet.
     *
     * @return open and parked ones
     */
    public long pending() {
        return open + parked;
    }

    /**
     * Whether the law holds.
     *
     * @return true when every recipient is counted exactly once
     */
    public boolean isConserved() {
        return recipients == done() + pending();
    }

    /**
     * Why it waits or has failed.
     *
     * @return the reason, if there is one
     */
    public Optional<String> reason() {
        return Optional.ofNullable(reasonText);
    }

    /**
     * The final number of recipients: exact once everything is read, an estimate before.
     *
     * @return the number, if anything is known of it
     */
    public OptionalLong total() {
        if (readToEnd) {
            return OptionalLong.of(recipients);
        }
        return estimated == null ? OptionalLong.empty() : OptionalLong.of(Math.max(estimated, recipients));
    }

    /**
     * When it will be done, at the present rate.
     *
     * @return the time that is left, if rate and total are known
     */
    public Optional<Duration> eta() {
        OptionalLong total = total();
        if (total.isEmpty() || ratePerSecond <= 0 || state.isEnd()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis((long) ((total.getAsLong() - done()) * 1000 / ratePerSecond)));
    }
}
