package dev.notifykit.examples;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM. The JVM runs the hook while all other threads go on: it drains the client, which wakes the main thread, and
 * then waits for that thread's report. {@link #close()} says that the report is out.
 */
final class Interruption implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CountDownLatch reported = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean happened;

    private Interruption(Runnable drain) {
        hook = new Thread(() -> drainAndWait(drain), "drain-on-interrupt");
    }

    /** Runs the given action when the process is asked to end. */
    static Interruption drains(Runnable drain) {
        Interruption interruption = new Interruption(drain);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    boolean happened() {
        return happened;
    }

    private void drainAndWait(Runnable drain) {
        happened = true;
        drain.run();
        try {
            if (!reported.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("The report took too long; the process ends without it.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        reported.countDown();
        if (!happened) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException endingNow) {
                happened = true;
            }
        }
    }
}
