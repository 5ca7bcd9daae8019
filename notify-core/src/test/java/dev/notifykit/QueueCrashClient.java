package dev.notifykit;

import dev.notifykit.lane.NotAdmittedException;
import dev.notifykit.queue.QueueUnavailableException;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.testing.Stage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.Executor;

/** A client in a {@link QueueCrashWorld}: it submits the world's messages and works on them. */
final class QueueCrashClient extends CrashClient {

    private final QueueCrashWorld world;
    private final Executor threads;
    private volatile boolean submitted;
    private volatile boolean failed;

    QueueCrashClient(QueueCrashWorld world, Fate fate, Stage stage, int pass, Duration lease, Executor threads) {
        super(world, fate, stage, pass, lease, threads);
        this.world = world;
        this.threads = threads;
    }

    /** A queue in memory that several clients work on. */
    static WorkQueue shared(WorkQueue queue) {
        return (WorkQueue) Proxy.newProxyInstance(
                WorkQueue.class.getClassLoader(),
                new Class<?>[] {WorkQueue.class},
                (proxy, method, args) ->
                        method.getName().equals("shared") ? true : LifeLine.invoke(queue, method, args));
    }

    /** Submits everything, on a thread of its own, which may die with the client; then it works. */
    void submit() {
        failed = false;
        threads.execute(() -> {
            try {
                client.submit(world.messages);
                submitted = true;
            } catch (IllegalStateException | NotAdmittedException | QueueUnavailableException e) {
                // The host does not know what was taken.
                failed = true;
            }
            if (!line.isCut()) {
                client.start();
            }
        });
    }

    /** Whether its host was told that nobody knows. */
    boolean hasFailed() {
        return failed;
    }

    boolean hasSubmitted() {
        return submitted;
    }
}
