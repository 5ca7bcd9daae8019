package dev.notifykit.codec;

import java.lang.reflect.Method;

/** How much memory this thread has taken so far. By reflection, since the module under test does not read the management modules. */
final class Allocated {

    private final Object threads;
    private final Method bytes;

    Allocated() throws ReflectiveOperationException {
        threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        bytes = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
    }

    long bytes() throws ReflectiveOperationException {
        return (long) bytes.invoke(threads);
    }
}
