package dev.notifykit.internal.lane;

import dev.notifykit.lane.LaneLimits;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a wrong key or a wrong world from costing a host its tokens. A verdict on a token waits until the window of answers behind it
 * has passed without an abnormal share of dead ones; when the share is abnormal, all waiting verdicts are dropped. Not thread-safe.
 */
public final class DeadTokenGuard {

    /** On a quiet lane a verdict waits no longer than this: a window that does not fill is no mass failure. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Of fewer answers than this even a large share says nothing. */
    private static final int FEW = 20;

    private static final int WINDOW = LaneLimits.DEAD_TOKEN_WINDOW;

    private final double share;
    private final BitSet suspects = new BitSet(WINDOW);
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private int count;
    private long answers;

    /**
     * A token that a provider called dead.
     *
     * @param target the token
     * @param response what the provider said
     * @param attemptAt when the attempt began: a token registered later is another one
     */
    public record Verdict(Target target, PushResponse.TokenInvalid response, Instant attemptAt) {}

    private record Waiting(Verdict verdict, long afterAnswer, long afterNanos) {}

    DeadTokenGuard(double share) {
        this.share = share;
    }

    /**
     * Takes one answer of the provider.
     *
     * @return whether the share of dead tokens has become abnormal with it
     */
    boolean isAbnormalWith(PushResponse response) {
        boolean suspect = isSuspect(response);
        int slot = (int) (answers % WINDOW);
        if (suspects.get(slot)) {
            count--;
        }
        suspects.set(slot, suspect);
        answers++;
        if (!suspect) {
            return false;
        }
        count++;
        if (count < share * WINDOW) {
            return false;
        }
        suspects.clear();
        count = 0;
        waiting.clear();
        return true;
    }

    /** A dead token with a timestamp is the vendor's sure word on that token; without one it may be our key that is wrong. */
    static boolean isSuspect(PushResponse response) {
        return (response instanceof PushResponse.TokenInvalid dead && dead.invalidSince() == null)
                || (response instanceof PushResponse.Rejected rejected && rejected.wrongTarget());
    }

    void add(Verdict verdict, long now) {
        waiting.add(new Waiting(verdict, answers + WINDOW, now + MOST_NANOS));
    }

    /** The verdicts that have waited long enough, those behind a full window first. */
    List<Verdict> due(long now) {
        Waiting first = waiting.peek();
        if (first == null) {
            return List.of();
        }
        List<Verdict> due = new ArrayList<>();
        while (first != null && answers >= first.afterAnswer()) {
            due.add(waiting.remove().verdict());
            first = waiting.peek();
        }
        if (first != null && now - first.afterNanos() >= 0) {
            due.addAll(rest());
        }
        return due;
    }

    /** The verdicts that still wait, when the window will not fill: dropped if it looks like becoming abnormal. */
    List<Verdict> rest() {
        long seen = Math.min(answers, WINDOW);
        List<Verdict> rest = seen >= FEW && count >= share * seen
                ? List.of()
                : waiting.stream().map(Waiting::verdict).toList();
        waiting.clear();
        return rest;
    }

    /** When the first of them is due at the latest. */
    long nextNanos(long now) {
        Waiting first = waiting.peek();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.afterNanos() - now);
    }
}
