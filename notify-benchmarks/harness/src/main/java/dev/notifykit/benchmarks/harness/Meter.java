package dev.notifykit.benchmarks.harness;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Reads what this JVM has used since the meter was made: time, processor, allocated bytes. Not thread-safe. */
public final class Meter {

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final AllocatedBytes allocated = AllocatedBytes.now();
    private final long cpuNanos = PROCESS.getProcessCpuTime();
    private final long startNanos = System.nanoTime();

    /**
     * Reads it.
     *
     * @param batch what was done meanwhile
     * @return the readings
     */
    public Reading read(Batch batch) {
        long nanos = System.nanoTime() - startNanos;
        long cpu = PROCESS.getProcessCpuTime() - cpuNanos;
        AllocatedBytes.Since since = allocated.since();
        return new Reading(
                batch.size(),
                nanos,
                cpu,
                since.bytes(),
                batch.acceptedCount(),
                batch.failedCount(),
                batch.openCount(),
                since.lostThreads());
    }
}
