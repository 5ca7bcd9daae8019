package dev.notifykit.testkit.internal.server;

import dev.notifykit.testkit.journal.Traffic;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** The counters behind a {@link Traffic}. Thread-safe. */
final class TrafficMeter {
    private final LongAdder requests = new LongAdder();
    private final LongAdder unprocessed = new LongAdder();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger openConnections = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger maxInFlight = new AtomicInteger();
    private final AtomicInteger maxStreams = new AtomicInteger();
    private final Map<String, LongAdder> replies = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

    /** Returns the connection's number, from 1. */
    int connectionOpened() {
        openConnections.incrementAndGet();
        return connections.incrementAndGet();
    }

    void connectionClosed() {
        openConnections.decrementAndGet();
    }

    void requestArrived(int streamsOnConnection) {
        requests.increment();
        raise(maxStreams, streamsOnConnection);
        raise(maxInFlight, inFlight.incrementAndGet());
    }

    void requestSettled(boolean processed) {
        inFlight.decrementAndGet();
        if (!processed) {
            unprocessed.increment();
        }
    }

    void replied(String label) {
        count(replies, label);
    }

    void refused(String reason) {
        count(refusals, reason);
    }

    Traffic snapshot() {
        return new Traffic(
                requests.sum(),
                connections.get(),
                openConnections.get(),
                inFlight.get(),
                maxInFlight.get(),
                maxStreams.get(),
                unprocessed.sum(),
                copy(replies),
                copy(refusals));
    }

    private static void raise(AtomicInteger maximum, int value) {
        if (value > maximum.get()) {
            maximum.accumulateAndGet(value, Math::max);
        }
    }

    private static void count(Map<String, LongAdder> counters, String key) {
        LongAdder counter = counters.get(key);
        if (counter == null) {
            counter = counters.computeIfAbsent(key, unused -> new LongAdder());
        }
        counter.increment();
    }

    private static Map<String, Long> copy(Map<String, LongAdder> counters) {
        return counters.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().sum()));
    }
}
