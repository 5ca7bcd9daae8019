package dev.notifykit.examples;

/**
 * What the simulated vendors counted on their side, added up. Immutable.
 *
 * @param duplicates messages accepted beyond the first of their id
 * @param withoutId accepted messages that carried no id
 * @param deadAnswers how often a token was called dead
 */
record JournalTotals(long duplicates, long withoutId, long deadAnswers) {

    JournalTotals plus(JournalTotals other) {
        return new JournalTotals(
                duplicates + other.duplicates, withoutId + other.withoutId, deadAnswers + other.deadAnswers);
    }
}
