package dev.notifykit.testkit.fault;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The counters behind a {@link ProxyTraffic}. Thread-safe. */
final class ProxyMeter {
    private final AtomicLong connections = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder toServer = new LongAdder();
    private final LongAdder toClient = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final Map<Fault, Long> faults = new ConcurrentHashMap<>();

    void opened() {
        connections.incrementAndGet();
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    void passed(Direction direction, int bytes) {
        (direction == Direction.TO_SERVER ? toServer : toClient).add(bytes);
    }

    void lost(long bytes) {
        lost.add(bytes);
    }

    void count(Fault fault) {
        faults.merge(fault, 1L, Long::sum);
    }

    ProxyTraffic snapshot() {
        return new ProxyTraffic(connections.get(), open.get(), toServer.sum(), toClient.sum(), lost.sum(), faults);
    }
}
