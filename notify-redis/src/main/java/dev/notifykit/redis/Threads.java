package dev.notifykit.redis;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads with names, which keep no JVM alive. */
final class Threads {

    private Threads() {}

    /** Makes threads called {@code <name>-1}, {@code <name>-2} and so on. */
    static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
