package dev.notifykit.benchmarks.harness;

import java.lang.management.ManagementFactory;

/** What is really held in this JVM's heap. */
public final class Heap {

    private static final int MOST_COLLECTIONS = 10;

    private Heap() {}

    /**
     * Collects until nothing more goes: what is only softly or finally reachable takes several rounds.
     *
     * @return bytes in use
     */
    public static long inUse() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < MOST_COLLECTIONS; i++) {
            System.gc();
            long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            if (used >= least) {
                break;
            }
            least = used;
        }
        return least;
    }
}
