package dev.notifykit.testkit.journal;

import java.util.Map;

/**
 * The totals of a journal. Immutable.
 *
 * @param accepted accepted messages
 * @param distinctIds different ids among them
 * @param duplicates accepted messages beyond the first of their id
 * @param withoutId accepted messages that carried no id, each counted in {@code accepted} only
 * @param dryRuns messages accepted with {@code validate_only}, counted nowhere else
 * @param rejected answers that were no success, by reason (the status where a reason is missing)
 */
public record JournalSummary(
        long accepted, long distinctIds, long duplicates, long withoutId, long dryRuns, Map<String, Long> rejected) {
    /** Copies the map. */
    public JournalSummary {
        rejected = Map.copyOf(rejected);
    }
}
