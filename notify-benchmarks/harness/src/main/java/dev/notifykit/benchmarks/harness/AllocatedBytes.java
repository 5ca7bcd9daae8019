package dev.notifykit.benchmarks.harness;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that all Java threads have allocated since a moment. From Java 21 on the JVM keeps the sum, with the threads that have ended
 * (virtual threads count on their carriers). Before, each live thread has a count of its own: here the counts of all threads that are
 * alive at the end are summed, less what they had at the start; threads that ended in between are lost, and counted, so that a reading
 * with a loss can be told from an exact one. The pools of all peers keep their threads for at least half a minute, and runs are shorter.
 */
final class AllocatedBytes {

    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private static final @Nullable Method TOTAL = total();

    private final long total;
    private final Map<Long, Long> byThread;
    private final long startedThreads;

    /** What was allocated, and how many threads' counts are missing. */
    record Since(long bytes, long lostThreads) {}

    private AllocatedBytes(long total, Map<Long, Long> byThread) {
        this.total = total;
        this.byThread = byThread;
        startedThreads = THREADS.getTotalStartedThreadCount();
    }

    static AllocatedBytes now() {
        return TOTAL != null ? new AllocatedBytes(readTotal(TOTAL), Map.of()) : new AllocatedBytes(0, readThreads());
    }

    Since since() {
        if (TOTAL != null) {
            return new Since(readTotal(TOTAL) - total, 0);
        }
        Map<Long, Long> now = readThreads();
        long bytes = 0;
        for (Map.Entry<Long, Long> thread : now.entrySet()) {
            bytes += thread.getValue() - byThread.getOrDefault(thread.getKey(), 0L);
        }
        long started = THREADS.getTotalStartedThreadCount() - startedThreads;
        return new Since(bytes, Math.max(0, byThread.size() + started - now.size()));
    }

    private static @Nullable Method total() {
        try {
            return ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
        } catch (NoSuchMethodException beforeJava21) {
            return null;
        }
    }

    private static long readTotal(Method method) {
        try {
            return (long) method.invoke(THREADS);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("this JVM does not count allocated bytes", e);
        }
    }

    private static Map<Long, Long> readThreads() {
        long[] ids = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        Map<Long, Long> counts = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (bytes[i] >= 0) {
                counts.put(ids[i], bytes[i]);
            }
        }
        return counts;
    }
}
