package dev.notifykit.fcm;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** What the attempts of one service share. */
record FcmEngine(
        String projectId,
        String path,
        Duration attemptTimeout,
        MessageEncoder encoder,
        ResponseTable table,
        AccessTokens tokens,
        FcmTransport transport,
        Workers workers,
        ScheduledThreadPoolExecutor timer) {

    static ScheduledThreadPoolExecutor newTimer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, Workers.daemons("notify-fcm-timer-"));
        // Nearly every deadline is cancelled; it must not hold its request until it would have fired.
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    ScheduledFuture<?> after(Duration delay, Runnable task) {
        return timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Runs what may complete a caller's future. */
    void run(Runnable task) {
        workers.executeOrRun(task);
    }

    void close() {
        tokens.close();
        transport.close();
        // Deadlines of what a transport may leave open still fire; each ends the thread's last reason to stay.
        timer.shutdown();
        workers.shutdown();
    }
}
