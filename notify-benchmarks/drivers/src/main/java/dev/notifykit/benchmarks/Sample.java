package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Reading;
import dev.notifykit.testkit.journal.JournalSummary;

/** One run as its client read it and as the server counted it. */
record Sample(Reading reading, long accepted, long distinct) {

    static Sample of(Reading reading, JournalSummary before, JournalSummary after) {
        return new Sample(reading, after.accepted() - before.accepted(), after.distinctIds() - before.distinctIds());
    }

    /** Messages that never arrived. */
    long missing() {
        return reading.messages() - distinct;
    }

    /** Messages that arrived again. */
    long twice() {
        return accepted - distinct;
    }

    boolean exact() {
        return missing() == 0
                && twice() == 0
                && reading.accepted() == reading.messages()
                && reading.failed() == 0
                && reading.unended() == 0;
    }
}
