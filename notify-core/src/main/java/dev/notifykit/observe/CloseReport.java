package dev.notifykit.observe;

import dev.notifykit.push.FanOutId;
import java.util.List;

/**
 * What a client could not finish before it was closed. Immutable.
 *
 * @param notSent direct sends that were never attempted; their results say {@code NotSent(SHUTDOWN)}
 * @param unknown direct sends whose last attempt was unanswered; their results say {@code Unknown}
 * @param unfinishedFanOuts fan-outs that go on elsewhere, or, with a store in memory, end here
 * @param queued submitted messages and deliveries without a result, whoever works on them: they go on elsewhere, or, with a queue in memory, end
 *     here. Dead letters are not among them. -1 when the queue could not be asked
 */
public record CloseReport(long notSent, long unknown, List<FanOutId> unfinishedFanOuts, long queued) {

    /** Copies the ids. */
    public CloseReport {
        unfinishedFanOuts = List.copyOf(unfinishedFanOuts);
    }

    /**
     * Whether nothing was left.
     *
     * @return true when everything had ended in time
     */
    public boolean isClean() {
        return notSent == 0 && unknown == 0 && unfinishedFanOuts.isEmpty() && queued == 0;
    }
}
