package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.limit.RateAsk;
import dev.notifykit.limit.RateGrant;
import dev.notifykit.limit.RateStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Random calls, made to a store and to a plain reference, which must answer alike: few rates and askers, so that all of them meet; calls that are
 * repeated, and calls that come late. The reference counts in whole microseconds, for which all rates here are made.
 */
final class RateModel {

    private static final int RATES = 3;
    private static final int ASKERS = 4;
    private static final List<Double> PER_SECOND = List.of(1.0, 100.0, 250.0, 1_000.0);
    private static final long BURST_MICROS = 100_000;
    private static final long SECOND_MICROS = 1_000_000;
    private static final long PRESENCE_MICROS = RateStore.PRESENCE.toNanos() / 1_000;

    private record Last(RateAsk ask, int permits, long at) {}

    private static final class Reference {
        private final Map<String, Last> askers = new HashMap<>();
        /** Long ago. */
        private long arrival = Long.MIN_VALUE / 2;
    }

    private final RateStore store;
    private final Consumer<Duration> passTime;
    private final Duration patience;
    private final Random random;
    private final StepLog log;
    private final String run;
    private final Map<String, Reference> references = new HashMap<>();
    private long now;
    private long number;

    RateModel(RateStore store, Consumer<Duration> passTime, Duration patience, long seed) {
        this.store = store;
        this.passTime = passTime;
        this.patience = patience;
        random = new Random(seed);
        log = new StepLog(seed);
        run = "model-" + seed + "-";
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            try {
                step();
            } catch (RuntimeException | AssertionError e) {
                throw log.failure(e);
            }
        }
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 30) {
            pass();
            return;
        }
        String rate = run + random.nextInt(RATES);
        String asker = "asker-" + random.nextInt(ASKERS);
        Reference reference = references.computeIfAbsent(rate, name -> new Reference());
        Last last = reference.askers.get(asker);
        boolean present = last != null && now - last.at() < PRESENCE_MICROS;
        if (last != null && present && dice < 40) {
            check(reference, last.ask(), true);
        } else if (last != null && present && dice < 45 && last.ask().number() > 1) {
            RateAsk ask = last.ask();
            check(reference, new RateAsk(rate, ask.perSecond(), asker, ask.number() - 1, 5), false);
        } else {
            double perSecond = PER_SECOND.get(random.nextInt(PER_SECOND.size()));
            int most = random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(40);
            // In twos, so that there is a number that was never used.
            number += 2;
            check(reference, new RateAsk(rate, perSecond, asker, number, most), false);
        }
    }

    private void pass() {
        long micros = 250L * (1 + random.nextInt(random.nextInt(20) == 0 ? 100_000 : 100));
        log.add("pass " + micros + " µs");
        passTime.accept(Duration.ofNanos(micros * 1_000));
        now += micros;
    }

    private void check(Reference reference, RateAsk ask, boolean repeated) {
        log.add((repeated ? "repeat " : "take ") + ask);
        RateGrant grant = Answers.get(store.take(ask), patience);

        assertEquals(permits(reference, ask), grant.permits(), "permits");
        long interval = interval(ask);
        long allowed = Math.max(0, arrival(reference, interval) - BURST_MICROS - now);
        assertEquals(Duration.ofNanos(allowed * 1_000), grant.nextIn(), "until the next");
        long present = present(reference, PRESENCE_MICROS);
        long lately = present(reference, PRESENCE_MICROS + SECOND_MICROS);
        assertTrue(
                grant.askers() >= present && grant.askers() <= lately,
                () -> "askers: " + present + " to " + lately + " expected, was " + grant.askers());
    }

    private int permits(Reference reference, RateAsk ask) {
        Last last = reference.askers.get(ask.asker());
        boolean present = last != null && now - last.at() < PRESENCE_MICROS;
        if (last != null && present && ask.number() <= last.ask().number()) {
            reference.askers.put(ask.asker(), new Last(last.ask(), last.permits(), now));
            return ask.number() == last.ask().number() ? last.permits() : 0;
        }
        long interval = interval(ask);
        long arrival = arrival(reference, interval);
        int permits = 0;
        while (permits < ask.most() && arrival <= now + BURST_MICROS) {
            arrival = Math.max(arrival, now) + interval;
            permits++;
        }
        reference.arrival = arrival;
        reference.askers.put(ask.asker(), new Last(ask, permits, now));
        return permits;
    }

    private long arrival(Reference reference, long interval) {
        reference.arrival = Math.min(reference.arrival, now + BURST_MICROS + interval);
        return reference.arrival;
    }

    private long present(Reference reference, long within) {
        return reference.askers.values().stream()
                .filter(last -> now - last.at() < within)
                .count();
    }

    private static long interval(RateAsk ask) {
        return (long) (SECOND_MICROS / ask.perSecond());
    }
}
