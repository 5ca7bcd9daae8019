package dev.notifykit.internal.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.SteeredRateStore;
import dev.notifykit.SteeredRateStore.Mode;
import dev.notifykit.limit.Gcra;
import dev.notifykit.limit.RateAsk;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One client's part of a shared rate: when it asks, how much it takes, and what it does without the store. */
class SharedRateTest {

    private static final double PER_SECOND = 1_000;
    private static final int BLOCK = 50;
    private static final int MOST_AT_ONCE = 1_000;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = ManualTime.create();
    private final SteeredRateStore store = new SteeredRateStore(time);
    private final SharedRate rate = rate("me");

    private SharedRate rate(String asker) {
        return new SharedRate("lane", PER_SECOND, asker, 10, store, time);
    }

    private static long take(SharedRate from, ManualTime time) {
        return from.take(time.nanoTime(), MOST_AT_ONCE);
    }

    /** As many as there are now. */
    private int takeAll(SharedRate from) {
        int taken = 0;
        while (take(from, time) == 0) {
            taken++;
        }
        return taken;
    }

    @Test
    void permitsComeInBlocks() {
        assertThat(takeAll(rate)).isEqualTo(101);
        assertThat(store.asks).extracting(RateAsk::most).containsOnly(BLOCK).hasSize(3);
        assertThat(store.asks).extracting(RateAsk::number).containsExactly(1L, 2L, 3L);
    }

    @Test
    void afterTheStoreHadNotEnoughItIsNotAskedForEveryPermit() {
        takeAll(rate);
        int before = store.asks.size();
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            time.advance(Duration.ofMillis(1));
            taken += takeAll(rate);
        }
        assertThat(taken).isBetween(9_500, 10_500);
        assertThat(store.asks.size() - before)
                .as("calls in ten seconds, for ten thousand permits")
                .isLessThan(700);
    }

    @Test
    void whoNeedsLittleTakesLittle() {
        for (int i = 0; i < 20; i++) {
            assertThat(rate.take(time.nanoTime(), 1)).isZero();
            time.advance(SECOND);
        }
        assertThat(store.asks).extracting(RateAsk::most).containsOnly(1);
    }

    @Test
    void aSteadyLaneTakesMoreAtATimeThanWaits() {
        for (int i = 0; i < 500; i++) {
            assertThat(rate.take(time.nanoTime(), 1)).isZero();
            time.advance(Duration.ofMillis(2));
        }
        assertThat(store.asks.size()).as("calls for 500 permits in a second").isLessThan(60);
    }

    @Test
    void whatIsNotUsedIsOver() {
        assertThat(rate.take(time.nanoTime(), BLOCK)).isZero();
        time.advance(Permits.LIFE);
        assertThat(rate.take(time.nanoTime(), 1)).isZero();

        assertThat(store.asks).as("another call, and not for a block").hasSize(2);
        assertThat(store.asks.get(1).most()).isEqualTo(1);
    }

    @Test
    void whatIsGivenBackIsTakenAgain() {
        assertThat(rate.take(time.nanoTime(), 1)).isZero();
        rate.giveBack(time.nanoTime());
        assertThat(rate.take(time.nanoTime(), 1)).isZero();

        assertThat(store.asks).hasSize(1);
    }

    @Test
    void whileItWaitsForAnAnswerItAsksNobodyAndTellsWhenItIsThere() {
        AtomicInteger told = new AtomicInteger();
        rate.onChange(told::incrementAndGet);
        store.mode = Mode.SILENT;
        assertThat(take(rate, time)).isEqualTo(Long.MAX_VALUE);
        assertThat(take(rate, time)).isEqualTo(Long.MAX_VALUE);
        assertThat(store.asks).hasSize(1);
        assertThat(told).hasValue(0);
        store.answer();

        assertThat(told).hasValue(1);
        assertThat(take(rate, time)).isZero();
    }

    @Test
    void withoutTheStoreEachKeepsToItsShare() {
        SharedRate other = rate("other");
        SharedRate third = rate("third");
        List<SharedRate> all = List.of(rate, other, third);
        all.forEach(SharedRate::begin);
        all.forEach(this::takeAll);
        time.advance(SharedRate.HELLO);
        for (Mode away : List.of(Mode.FAILS, Mode.THROWS, Mode.SILENT)) {
            store.mode = away;
            time.advance(Duration.ofMillis(500));
            all.forEach(this::takeAll);
            time.advance(Permits.LIFE);
            for (SharedRate each : all) {
                assertThat(each.troubles())
                        .singleElement()
                        .asString()
                        .contains("rate store")
                        .contains("1/3");
                takeAll(each);
                int taken = takenIn(Duration.ofSeconds(10), each);
                assertThat(taken).as("a third, " + away).isBetween(3_200, 3_350);
            }
            store.mode = Mode.WORKS;
            time.advance(SECOND.multipliedBy(2));
            assertThat(all)
                    .as("it comes back by itself")
                    .allMatch(each -> each.troubles().isEmpty());
        }
        assertThat(takeAll(rate)).isPositive();
    }

    private int takenIn(Duration span, SharedRate from) {
        int taken = 0;
        for (long millis = 0; millis < span.toMillis(); millis += 10) {
            time.advance(Duration.ofMillis(10));
            taken += takeAll(from);
        }
        return taken;
    }

    @Test
    void whoNeverReachedTheStoreReckonsWithTheFleetThatWasNamed() {
        store.mode = Mode.FAILS;
        rate.begin();
        int taken = takenIn(Duration.ofSeconds(10), rate);

        assertThat(taken).as("a tenth").isBetween(950, 1_050);
        assertThat(rate.troubles()).singleElement().asString().contains("1/10");
    }

    @Test
    void withoutTheStoreItIsAskedOnceASecond() {
        store.mode = Mode.FAILS;
        takenIn(Duration.ofSeconds(10), rate);

        assertThat(store.asks.size()).isBetween(8, 13);
    }

    @Test
    void anAnswerThatComesTooLateGivesNothing() {
        store.mode = Mode.SILENT;
        take(rate, time);
        time.advance(Permits.LIFE);
        assertThat(rate.troubles()).isNotEmpty();
        store.answer();

        assertThat(takeAll(rate)).isZero();
    }

    @Test
    void whoIsIdleSaysThatItIsThere() {
        SharedRate busy = rate("busy");
        rate.begin();
        busy.begin();
        time.advance(Duration.ofMinutes(5));
        assertThat(store.asks.stream().filter(ask -> ask.asker().equals("me")))
                .hasSizeBetween(25, 32)
                .allMatch(ask -> ask.most() == 0);
        rate.close();
        busy.close();
        int before = store.asks.size();
        time.advance(Duration.ofMinutes(5));
        assertThat(store.asks).as("nothing after the close").hasSize(before);
    }

    /** The bound of faults.md: three clients, of which one dies, a store that goes and comes back, calls that are slow. */
    @Test
    void inNoTenSecondsIsTheRateExceededByMoreThanFivePercent() {
        for (int seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            SteeredRateStore shared = new SteeredRateStore(time);
            List<SharedRate> alive = new ArrayList<>(IntStream.range(0, 3)
                    .mapToObj(i -> new SharedRate("lane", PER_SECOND, "client-" + i, 10, shared, time))
                    .toList());
            alive.forEach(SharedRate::begin);
            int[] perStep = new int[6_000];
            for (int step = 0; step < perStep.length; step++) {
                time.advance(Duration.ofMillis(10));
                if (step == 1_500) {
                    alive.remove(0);
                } else if (step == 2_500) {
                    shared.mode = Mode.SILENT;
                } else if (step == 4_500) {
                    shared.mode = Mode.WORKS;
                } else if (shared.mode == Mode.SILENT && random.nextInt(3) == 0) {
                    shared.answer();
                }
                for (SharedRate each : alive) {
                    perStep[step] += random.nextInt(3) == 0 ? 0 : takeAll(each);
                }
            }
            alive.forEach(SharedRate::close);
            assertThat(mostIn(perStep, 1_000)).as("seed %d", seed).isBetween(9_000, 10_500);
        }
    }

    private static int mostIn(int[] perStep, int steps) {
        int sum = 0;
        int most = 0;
        for (int i = 0; i < perStep.length; i++) {
            sum += perStep[i] - (i >= steps ? perStep[i - steps] : 0);
            most = Math.max(most, sum);
        }
        return most;
    }

    @Test
    void itsConstantsKeepTheBound() {
        Duration exceeded = Permits.LIFE.plus(Gcra.BURST);
        assertThat(exceeded).as("3 percent of ten seconds").isLessThanOrEqualTo(Duration.ofMillis(300));
    }
}
