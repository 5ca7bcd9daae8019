package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.lane.LaneLimits;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What survives clients to which something happens: the vendor, the host's table of results, the clock, and a store that each kind of scene has of its own. Every
 * recipient has a name in that table.
 */
abstract class CrashScene {

    /** How the names of threads begin that belong to clients, and to those who close them. */
    static final String THREADS = "notify-";

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    final ManualTime time = ManualTime.create();
    final CrashVendor vendor = new CrashVendor(time);
    final String what;

    /** The last result that the host was told, by recipient. */
    final Map<String, SendResult.Kind> heardLast = new ConcurrentHashMap<>();

    private final Duration step;

    CrashScene(String what, Duration step) {
        this.what = what;
        this.step = step;
    }

    /** A client all of whose ways to the scene lead over a line. */
    PushClientBuilder client(LifeLine line) {
        return PushClient.builder()
                .app("app", vendor.over(line))
                .limits(LaneLimits.builder()
                        .retryBudget(1, 1_000)
                        .breaker(1, Duration.ofSeconds(1))
                        .attemptTimeout(Duration.ofMillis(900))
                        .probeInterval(Duration.ofSeconds(1))
                        .build())
                .timeSource(time)
                .owned(false);
    }

    static RetryPolicy retries() {
        return RetryPolicy.builder()
                .maxAttempts(3)
                .firstBackoff(Duration.ofMillis(150))
                .maxBackoff(Duration.ofMillis(300))
                .build();
    }

    abstract boolean hasEnded();

    /** How far it is, as the store has it. */
    abstract Object state();

    /** Nothing has vanished from the store, at this moment. */
    abstract void assertConserved();

    /** How each recipient is to end, by what the vendor answers. */
    abstract Map<String, SendResult.Kind> expected();

    /** Where the vendor knows a recipient. */
    abstract String address(String recipient);

    /** What the store has counted. */
    abstract Map<SendResult.Kind, Long> stored();

    /** Whether the store counts this result among {@link #stored}. */
    boolean isCounted(String recipient) {
        return true;
    }

    // ---- time

    /** Moves time on, step by step; each begins when the clients have nothing to do at the present one. */
    final void runUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + MOST_NANOS;
        settle();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s: gave up at %s", what, state())
                    .isNegative();
            time.advance(step);
            settle();
            assertConserved();
        }
    }

    final void runFor(Duration manual) {
        long end = time.nanoTime() + manual.toNanos();
        runUntil(() -> time.nanoTime() - end >= 0);
    }

    /** Until no client's thread has anything to do. A guess that only makes tests quick: no assertion depends on it. */
    private static void settle() {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        for (int idle = 0; idle < 3 && System.nanoTime() - deadline < 0; ) {
            LockSupport.parkNanos(10_000);
            idle = isAnybodyBusy() ? 0 : idle + 1;
        }
    }

    private static boolean isAnybodyBusy() {
        Thread[] threads = new Thread[Thread.activeCount() + 64];
        int count = Thread.enumerate(threads);
        for (int i = 0; i < count; i++) {
            Thread.State state = threads[i].getState();
            if (threads[i].getName().startsWith(THREADS)
                    && (state == Thread.State.RUNNABLE || state == Thread.State.BLOCKED)) {
                return true;
            }
        }
        return false;
    }

    // ---- the law

    /** What holds whatever has happened, as soon as somebody could bring it to its end. */
    abstract void assertEndIsRight();

    final void assertNothingAcceptedIsCalledUnsent() {
        heardLast.forEach((recipient, kind) -> {
            if (vendor.accepted(address(recipient)) > 0) {
                assertThat(kind)
                        .as("%s: result of %s, which was accepted", what, recipient)
                        .isIn(SendResult.Kind.ACCEPTED, SendResult.Kind.UNKNOWN);
            }
        });
    }

    /** Unless one was woken that had been replaced: it may tell its own sink what the store no longer takes. */
    final void assertStoreAndSinkAgree() {
        Map<SendResult.Kind, Long> heard = new EnumMap<>(SendResult.Kind.class);
        heardLast.forEach((recipient, kind) -> {
            if (isCounted(recipient)) {
                heard.merge(kind, 1L, Long::sum);
            }
        });
        assertThat(stored()).as("%s: what is stored, against the sink", what).isEqualTo(heard);
    }

    /** Everybody ended as the vendor's answers say, except for so many that may be unknown. */
    final void assertKinds(int mayBeUnknown) {
        List<String> unknown = new ArrayList<>();
        expected().forEach((recipient, kind) -> {
            SendResult.Kind heard = heardLast.get(recipient);
            if (heard == SendResult.Kind.UNKNOWN && kind != heard) {
                unknown.add(recipient);
            } else {
                assertThat(heard).as("%s: result of %s", what, recipient).isEqualTo(kind);
            }
        });
        assertThat(unknown).as("%s: what need not be unknown", what).hasSizeLessThanOrEqualTo(mayBeUnknown);
    }
}
