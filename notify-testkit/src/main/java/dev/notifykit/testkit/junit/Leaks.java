package dev.notifykit.testkit.junit;

import dev.notifykit.testkit.Simulator;
import dev.notifykit.testkit.fault.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Finds the threads, and the connections to simulators and proxies, that a test leaves behind.
 *
 * <pre>{@code
 * ApnsSimulator apns = ApnsSimulator.start();    // before, so that its own threads do not count
 * Leaks leaks = Leaks.watch().connections(apns);
 * … // a client is built, used and closed
 * leaks.check();                                 // AssertionError: which threads, where they stand; which connections
 * apns.close();
 * }</pre>
 *
 * <p>A leaked thread is one that lives now, did not live at {@link #watch()}, and is not known to be harmless: threads of the JVM, of
 * JUnit and build tools, and those that netty, OkHttp and Okio start once for the whole JVM are; so are those of {@code java.net.http},
 * which cannot be closed before Java 21. Whatever is about to end is waited for. Since threads of the whole JVM are compared, nothing
 * else may run in it at the same time.
 *
 * <p>Not thread-safe.
 */
public final class Leaks {
    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);
    private static final int FRAMES = 8;

    private final Set<Thread> before = living();
    private final KnownThreads known = new KnownThreads();
    private final Map<String, IntSupplier> connections = new LinkedHashMap<>();
    private Duration patience = DEFAULT_PATIENCE;

    private Leaks() {}

    /** Remembers the threads that live now. */
    public static Leaks watch() {
        return new Leaks();
    }

    /** Threads whose names begin so are no leaks: a pool that several tests share, say. */
    public Leaks allowThreads(String... prefixes) {
        Arrays.stream(prefixes).forEach(known::allow);
        return this;
    }

    /**
     * How long a check waits for threads and connections that are about to end. One that finds nothing does not wait. Default 10 s.
     *
     * @param value zero: not at all
     */
    public Leaks patience(Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("patience: must not be negative, but is " + value);
        }
        patience = value;
        return this;
    }

    /** A connection open to this simulator is a leak. */
    public Leaks connections(Simulator simulator) {
        return connections(simulator.toString(), () -> simulator.traffic().openConnections());
    }

    /** A connection open to this proxy is a leak. */
    public Leaks connections(FaultProxy proxy) {
        return connections(proxy.toString(), proxy::openConnections);
    }

    /** A connection open to this server is a leak; the number of open ones is asked for repeatedly. */
    public Leaks connections(String server, IntSupplier open) {
        connections.put(server, open);
        return this;
    }

    /**
     * Waits until nothing is left.
     *
     * @throws AssertionError naming everything that is left: threads with the top of their stacks, and connections
     */
    public void check() {
        fail(leftOver());
    }

    /** What {@link #check()} would throw, as text; empty when nothing is left. For reports. */
    public List<String> leftOver() {
        List<String> all = new ArrayList<>(leftConnections());
        all.addAll(leftThreads());
        return all;
    }

    /** The connections part of {@link #leftOver()}. */
    List<String> leftConnections() {
        return waitForNone(this::openConnections);
    }

    /** The threads part of {@link #leftOver()}. */
    List<String> leftThreads() {
        return waitForNone(this::newThreads).stream().map(Leaks::describe).toList();
    }

    static void fail(List<String> leaks) {
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + (leaks.size() == 1 ? " leak" : " leaks") + " left behind:\n  - "
                    + String.join("\n  - ", leaks));
        }
    }

    private <T> List<T> waitForNone(Supplier<List<T>> left) {
        long deadline = System.nanoTime() + patience.toNanos();
        List<T> now = left.get();
        while (!now.isEmpty()
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(5_000_000);
            now = left.get();
        }
        return now;
    }

    private List<String> openConnections() {
        List<String> open = new ArrayList<>();
        connections.forEach((server, count) -> {
            int number = count.getAsInt();
            if (number > 0) {
                open.add(number + (number == 1 ? " open connection to the " : " open connections to the ") + server);
            }
        });
        return open;
    }

    private List<Thread> newThreads() {
        return living().stream()
                .filter(thread -> thread.isAlive() && !before.contains(thread) && !known.contains(thread))
                .toList();
    }

    private static Set<Thread> living() {
        return Thread.getAllStackTraces().keySet();
    }

    private static String describe(Thread thread) {
        String kind = thread.isDaemon() ? "daemon thread" : "thread";
        String stack = Arrays.stream(thread.getStackTrace())
                .limit(FRAMES)
                .map(frame -> "\n        at " + frame)
                .collect(Collectors.joining());
        return kind + " '" + thread.getName() + "', " + thread.getState() + stack;
    }
}
