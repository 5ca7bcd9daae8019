package dev.notifykit.queue;

import dev.notifykit.result.SendResult;
import java.util.Map;

/**
 * How much a queue holds, and what became of the rest: {@code made = Σ results + queued + parked + started + deadLetters − buried}. Immutable.
 *
 * @param intake messages that were not expanded yet, those not due included
 * @param made deliveries that were ever made, by submitting, expanding or replaying letters that came from elsewhere
 * @param queued deliveries that wait for their lane
 * @param parked deliveries that wait for their time
 * @param started deliveries that were fetched and not settled
 * @param deadLetters letters
 * @param buried those of the letters that never were deliveries
 * @param results deliveries that ended, by result; a letter that was purged counts as dead-lettered
 * @param ended messages that ended unexpanded, by result
 * @param possibleDuplicates the upper bound of duplicates: started again after their owner fell silent, or attempted again after an unknown end
 * @param bytes what the backlog takes, about
 */
public record QueueState(
        long intake,
        long made,
        long queued,
        long parked,
        long started,
        long deadLetters,
        long buried,
        Map<SendResult.Kind, Long> results,
        Map<SendResult.Kind, Long> ended,
        long possibleDuplicates,
        long bytes) {

    /** Copies the maps. */
    public QueueState {
        results = Map.copyOf(results);
        ended = Map.copyOf(ended);
    }

    /**
     * What has no result yet.
     *
     * @return messages and deliveries, without dead letters
     */
    public long pending() {
        return intake + queued + parked + started;
    }
}
