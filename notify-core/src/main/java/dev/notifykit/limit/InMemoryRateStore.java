package dev.notifykit.limit;

import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Keeps rates in the memory of this JVM: for several clients in one JVM, and for tests. Thread-safe; one lock, held for about a microsecond, and every
 * stage it returns has ended already. The clock is the one given; it belongs to whoever gave it.
 *
 * <p>It keeps {@value #MAX_RATES} rates at most: those that nobody is present at are forgotten when room is needed, and where there is none a call for a
 * further rate fails with {@link LimitUnavailableException}.
 */
public final class InMemoryRateStore implements RateStore {

    /** Rates are named in configurations: nobody has that many by intention. */
    public static final int MAX_RATES = 10_000;

    private final TimeSource time;
    private final long origin;
    private final Object lock = new Object();
    private final Map<String, Shared> rates = new HashMap<>();
    private boolean closed;

    /**
     * A store that no rate was asked of.
     *
     * @param time by which permits come
     */
    public InMemoryRateStore(TimeSource time) {
        this.time = Objects.requireNonNull(time, "time");
        origin = time.nanoTime();
    }

    @Override
    public CompletionStage<RateGrant> take(RateAsk ask) {
        Objects.requireNonNull(ask, "ask");
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.failedStage(new LimitUnavailableException("the rate store is closed"));
            }
            // Unlike a reading of the clock, larger means later.
            long now = time.nanoTime() - origin;
            Shared rate = rates.get(ask.rate());
            if (rate == null) {
                if (rates.size() >= MAX_RATES) {
                    rates.values().removeIf(known -> known.isForgotten(now));
                }
                if (rates.size() >= MAX_RATES) {
                    return CompletableFuture.failedStage(
                            new LimitUnavailableException("the rate store is full: it keeps " + MAX_RATES + " rates"));
                }
                rate = new Shared(ask.perSecond());
                rates.put(ask.rate(), rate);
            }
            return CompletableFuture.completedStage(rate.take(ask, now));
        }
    }

    /** Forgets everything; further calls fail with {@link LimitUnavailableException}. Idempotent. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            rates.clear();
        }
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "InMemoryRateStore[" + rates.size() + " rates]";
        }
    }

    /** An asker's last call. */
    private record Last(long number, int permits, long atNanos) {

        boolean isGone(long now) {
            return now - atNanos >= PRESENCE.toNanos();
        }
    }

    /** One rate. Guarded by the lock. */
    private static final class Shared {

        private final Gcra gcra;
        private final Map<String, Last> askers = new HashMap<>();

        Shared(double perSecond) {
            gcra = new Gcra(perSecond);
        }

        RateGrant take(RateAsk ask, long now) {
            gcra.rate(ask.perSecond());
            askers.values().removeIf(last -> last.isGone(now));
            Last last = askers.get(ask.asker());
            int permits;
            if (last == null || ask.number() > last.number()) {
                permits = gcra.take(ask.most(), now);
                askers.put(ask.asker(), new Last(ask.number(), permits, now));
            } else {
                permits = ask.number() == last.number() ? last.permits() : 0;
                askers.put(ask.asker(), new Last(last.number(), last.permits(), now));
            }
            return new RateGrant(permits, Duration.ofNanos(gcra.waitNanos(now)), askers.size());
        }

        boolean isForgotten(long now) {
            return gcra.waitNanos(now) == 0 && askers.values().stream().allMatch(last -> last.isGone(now));
        }
    }
}
