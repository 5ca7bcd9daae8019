package dev.notifykit.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.time.TimeSource.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ManualTimeTest {

    private static final Instant START = Instant.parse("2026-03-29T00:59:59.5Z");

    private final ManualTime time = ManualTime.startAt(START);
    private final List<String> fired = new ArrayList<>();

    @Test
    void standsStillUntilItIsMoved() {
        long nanos = time.nanoTime();
        assertThat(time.now()).isEqualTo(START);

        time.advance(Duration.ofMillis(1500));

        assertThat(time.now()).isEqualTo(START.plusMillis(1500));
        assertThat(time.nanoTime() - nanos).isEqualTo(1_500_000_000L);
    }

    @Test
    void startsBelowZeroSoThatASignMeansNothing() {
        assertThat(ManualTime.create().nanoTime()).isNegative();
        assertThat(ManualTime.create().now()).isEqualTo(ManualTime.DEFAULT_START);
    }

    @Test
    void firesInOrderOfDueTimesEachAtItsOwn() {
        at(30, "c");
        at(10, "a");
        at(20, "b");
        at(31, "later");

        time.advance(Duration.ofMillis(30));

        assertThat(fired).containsExactly("a@10", "b@20", "c@30");
        assertThat(time.pendingTimers()).isOne();
        assertThat(time.now()).isEqualTo(START.plusMillis(30));
    }

    @Test
    void firesTiesInTheOrderInWhichTheyWereSet() {
        for (int i = 0; i < 50; i++) {
            at(10, "t" + i);
        }

        time.advance(Duration.ofMillis(10));

        assertThat(fired).hasSize(50).startsWith("t0@10", "t1@10").endsWith("t48@10", "t49@10");
    }

    @Test
    void firesWhatATaskSetsIfItFallsDueOnTheWay() {
        time.schedule(
                () -> {
                    at(5, "inner");
                    at(0, "at once");
                    at(100, "too late");
                },
                Duration.ofMillis(10));

        time.advance(Duration.ofMillis(20));

        assertThat(fired).containsExactly("at once@10", "inner@15");
        assertThat(time.pendingTimers()).isOne();
    }

    @Test
    void aTimerWithoutDelayWaitsForTheNextAdvanceEvenOfZero() {
        at(0, "zero");
        time.schedule(() -> fired.add("negative"), Duration.ofSeconds(-5));
        assertThat(fired).isEmpty();

        time.advance(Duration.ZERO);

        assertThat(fired).containsExactly("zero@0", "negative");
    }

    @Test
    void aCancelledTimerNeverFires() {
        Timer first = time.schedule(() -> fired.add("first"), Duration.ofMillis(10));
        Timer second = time.schedule(() -> fired.add("second"), Duration.ofMillis(20));
        time.schedule(second::cancel, Duration.ofMillis(15));
        first.cancel();
        first.cancel();

        time.advance(Duration.ofSeconds(1));

        assertThat(fired).isEmpty();
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void goesToTheNextTimerAndItsTies() {
        at(10, "a");
        at(10, "b");
        at(11, "c");

        assertThat(time.advanceToNext()).isTrue();
        assertThat(fired).containsExactly("a@10", "b@10");
        assertThat(time.advanceToNext()).isTrue();
        assertThat(time.advanceToNext()).isFalse();
        assertThat(time.now()).isEqualTo(START.plusMillis(11));
    }

    @Test
    void aTaskMayMoveTimeItself() {
        time.schedule(() -> time.advance(Duration.ofMillis(50)), Duration.ofMillis(10));
        at(40, "between");

        time.advance(Duration.ofMillis(20));

        assertThat(fired).containsExactly("between@40");
        assertThat(time.now()).isEqualTo(START.plusMillis(60));
    }

    @Test
    void aTaskThatThrowsStopsNoOtherAndIsReported() {
        time.schedule(() -> fail("one"), Duration.ofMillis(1));
        time.schedule(() -> fail("two"), Duration.ofMillis(2));
        at(3, "after");

        assertThatThrownBy(() -> time.advance(Duration.ofMillis(10)))
                .hasMessage("one")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(s -> assertThat(s).hasMessage("two")));

        assertThat(fired).containsExactly("after@3");
        assertThat(time.now()).isEqualTo(START.plusMillis(10));
    }

    @Test
    void theWallClockJumpsAlone() {
        at(10, "timer");
        long nanos = time.nanoTime();

        time.jumpWall(Duration.ofHours(-2));

        assertThat(time.now()).isEqualTo(START.minus(Duration.ofHours(2)));
        assertThat(time.nanoTime()).isEqualTo(nanos);
        assertThat(fired).isEmpty();
    }

    @Test
    void neverGoesBack() {
        assertThatThrownBy(() -> time.advance(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void forgetsItsTimersWhenClosed() {
        at(10, "before");
        time.close();
        at(10, "after");

        time.advance(Duration.ofSeconds(1));

        assertThat(fired).isEmpty();
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void firesLikeASortedListWhateverIsSet() {
        long seed = 20260329;
        Random random = new Random(seed);
        List<long[]> expected = new ArrayList<>();
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            long delay = random.nextInt(100);
            long id = i;
            Timer timer = time.schedule(() -> seen.add(id), Duration.ofMillis(delay));
            if (random.nextInt(5) == 0) {
                timer.cancel();
            } else {
                expected.add(new long[] {delay, id});
            }
        }
        expected.sort(Comparator.<long[]>comparingLong(e -> e[0]).thenComparingLong(e -> e[1]));

        while (time.pendingTimers() > 0) {
            time.advance(Duration.ofMillis(random.nextInt(7)));
        }

        assertThat(seen)
                .as("seed %d", seed)
                .containsExactlyElementsOf(expected.stream().map(e -> e[1]).toList());
    }

    @Test
    void manyThreadsSetTimersWhileOneMovesTime() throws Exception {
        int threads = 4;
        int each = 500;
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> setters = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                setters.add(executor.submit(() -> {
                    go.await();
                    for (int i = 0; i < each; i++) {
                        time.schedule(runs::incrementAndGet, Duration.ofMillis(i % 10));
                        if (i % 50 == 0) {
                            time.advance(Duration.ofMillis(1));
                        }
                    }
                    return null;
                }));
            }
            go.countDown();
            for (Future<?> setter : setters) {
                setter.get(60, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(time.now()).as("no advance was lost").isEqualTo(START.plusMillis(threads * each / 50));

        time.advance(Duration.ofMillis(10));

        assertThat(runs).hasValue(threads * each);
    }

    private void at(long millis, String name) {
        time.schedule(
                () -> fired.add(name + "@" + Duration.between(START, time.now()).toMillis()),
                Duration.ofMillis(millis));
    }

    private static void fail(String message) {
        throw new IllegalStateException(message);
    }
}
