package dev.notifykit.examples;

import dev.notifykit.push.ProviderId;
import dev.notifykit.testkit.SimulatorProcess;
import dev.notifykit.testkit.journal.JournalEntry;
import dev.notifykit.testkit.journal.JournalSummary;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What the simulated vendors counted on their side, added up. Immutable.
 *
 * @param duplicates messages accepted beyond the first of their id
 * @param withoutId accepted messages that carried no id
 * @param deadAnswers how often a token was called dead
 */
record JournalTotals(long duplicates, long withoutId, long deadAnswers) {

    /**
     * Reads the journals.
     *
     * @param each is given every accepted id
     */
    static JournalTotals read(SimulatorProcess simulators, BiConsumer<ProviderId, JournalEntry> each)
            throws IOException {
        JournalTotals totals = new JournalTotals(0, 0, 0);
        for (ProviderId provider : List.of(ProviderId.APNS, ProviderId.FCM)) {
            simulators.forEachAccepted(provider.value(), entry -> each.accept(provider, entry));
            JournalSummary summary = simulators.summary(provider.value());
            long dead = summary.rejected().getOrDefault("Unregistered", 0L)
                    + summary.rejected().getOrDefault("UNREGISTERED", 0L);
            totals = totals.plus(new JournalTotals(summary.duplicates(), summary.withoutId(), dead));
        }
        return totals;
    }

    JournalTotals plus(JournalTotals other) {
        return new JournalTotals(
                duplicates + other.duplicates, withoutId + other.withoutId, deadAnswers + other.deadAnswers);
    }
}
