package dev.notifykit.testkit.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The threads that nobody has to stop: the JVM's own, and those that libraries start once for the whole JVM. Not thread-safe. */
final class KnownThreads {
    /** Compiler, cleaner, process reaper and the like. */
    private static final Set<String> GROUPS_OF_THE_JVM = Set.of("system", "InnocuousThreadGroup");

    private static final List<String> PREFIXES = List.of(
            // JDK
            "Attach Listener",
            "Cleaner-",
            "Common-Cleaner",
            "CompletableFutureDelayScheduler",
            "ForkJoinPool.commonPool-",
            "ForkJoinPool-", // JUnit's parallel tests, and carriers of virtual threads
            "HttpClient-", // java.net.http can be closed from Java 21 on only; before, the garbage collector does it
            "Keep-Alive-",
            "Read-Poller",
            "Write-Poller",
            "JMX server connection timeout",
            "RMI ",
            "VirtualThread-",
            "process reaper",
            // build tools and IDEs
            "Monitor Ctrl-Break",
            "surefire-",
            "junit-",
            // started once for the JVM, end by themselves when they are idle: netty after a second, OkHttp and Okio
            // after a minute
            "globalEventExecutor-",
            "threadDeathWatcher-",
            "OkHttp TaskRunner",
            "OkHttp ConnectionPool",
            "Okio Watchdog");

    private final List<String> allowed = new ArrayList<>(PREFIXES);

    void allow(String prefix) {
        if (prefix.isBlank()) {
            throw new IllegalArgumentException("allowThreads: a blank prefix would allow every thread");
        }
        allowed.add(prefix);
    }

    boolean contains(Thread thread) {
        ThreadGroup group = thread.getThreadGroup(); // null when it has just ended
        return group == null
                || GROUPS_OF_THE_JVM.contains(group.getName())
                || allowed.stream().anyMatch(thread.getName()::startsWith);
    }
}
