package dev.notifykit;

import dev.notifykit.device.DeviceStore;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.NotAdmittedException;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.observe.Health;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import dev.notifykit.queue.QueueUnavailableException;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.Stage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A client in a {@link QueueCrashWorld} to which something happens at a stage; it submits the world's messages and works on them. */
final class QueueCrashClient {

    /** Longer than any test: a client that is closed has finished long before, or never will. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    /** So many answers into its work it is closed, in order to come by the stages of a release. */
    private static final int CLOSED_AFTER_ANSWERS = 15;

    private final LifeLine line = new LifeLine();
    private final QueueCrashWorld world;
    private final CrashClient.Fate fate;
    private final Stage stage;
    private final int pass;
    private final Executor threads;
    private final Map<Stage, Integer> passes = new ConcurrentHashMap<>();
    private final PushClient client;
    private volatile boolean met;
    private volatile boolean submitted;
    private volatile boolean failed;
    private volatile @Nullable CompletableFuture<CloseReport> closing;

    QueueCrashClient(
            QueueCrashWorld world, CrashClient.Fate fate, Stage stage, int pass, Duration lease, Executor threads) {
        this.world = world;
        this.fate = fate;
        this.stage = stage;
        this.pass = pass;
        this.threads = threads;
        client = PushClient.builder()
                .app("app", vendor())
                .limits(LaneLimits.builder()
                        .retryBudget(1, 1_000)
                        .breaker(1, Duration.ofSeconds(1))
                        .attemptTimeout(Duration.ofMillis(900))
                        .probeInterval(Duration.ofSeconds(1))
                        .build())
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .firstBackoff(Duration.ofMillis(150))
                        .maxBackoff(Duration.ofMillis(300))
                        .build())
                .messageSink(batch -> line.cross(() -> {
                    world.hear(batch);
                    return true;
                }))
                .workQueue(line.to(WorkQueue.class, world.door.apply(shared(world.queue)), answer -> {}))
                .deviceStore(line.to(DeviceStore.class, world.devices, answer -> {}))
                .timeSource(world.time)
                .owned(false)
                .lease(lease)
                .stageProbe(this::at)
                .build();
    }

    /** It works on what is there. */
    QueueCrashClient start() {
        client.start();
        return this;
    }

    /** A queue in memory that several clients work on. */
    static WorkQueue shared(WorkQueue queue) {
        return (WorkQueue) Proxy.newProxyInstance(
                WorkQueue.class.getClassLoader(),
                new Class<?>[] {WorkQueue.class},
                (proxy, method, args) ->
                        method.getName().equals("shared") ? true : LifeLine.invoke(queue, method, args));
    }

    private PushService vendor() {
        return new PushService() {
            @Override
            public ProviderId provider() {
                return ProviderId.APNS;
            }

            @Override
            public int maxInFlight() {
                return world.vendor.maxInFlight();
            }

            @Override
            public CompletableFuture<PushResponse> push(PushRequest request) {
                try {
                    return line.cross(() -> world.vendor.push(request));
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void close() {
                // The vendor lives on.
            }
        };
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

    Health health() {
        return client.health();
    }

    boolean hasSubmitted() {
        return submitted;
    }

    private void at(Stage now) {
        line.stand();
        int count = passes.merge(now, 1, Integer::sum);
        if (isOfRelease(stage) && now == Stage.ANSWERED && count == CLOSED_AFTER_ANSWERS) {
            beginToClose();
        }
        if (now != stage || count != pass || fate == CrashClient.Fate.LIVES) {
            return;
        }
        met = true;
        switch (fate) {
            case LIVES -> throw new AssertionError();
            case KILLED, SLEEPS -> {
                line.cut();
                line.stand();
            }
            case CLOSED -> beginToClose();
            case FAILS -> throw new IllegalStateException("a test lets stage " + stage + " fail");
        }
    }

    private void beginToClose() {
        close();
        while (client.health().status() != Health.Status.DOWN) {
            LockSupport.parkNanos(10_000);
        }
    }

    static boolean isOfRelease(Stage stage) {
        return stage == Stage.BEFORE_PARTITION_RELEASE || stage == Stage.PARTITION_RELEASED;
    }

    boolean hasMet() {
        return met;
    }

    boolean isClosed() {
        CompletableFuture<CloseReport> begun = closing;
        return begun != null && begun.isDone();
    }

    /** Whether nothing more can come of it. A client that was closed in order to pass a stage may be gone without having met its fate. */
    boolean isOver() {
        return fate == CrashClient.Fate.CLOSED || isClosed() ? isClosed() : met;
    }

    int passes(Stage of) {
        return passes.getOrDefault(of, 0);
    }

    void wake() {
        line.wake();
    }

    /** Closes it, in a thread of its own. */
    CompletableFuture<CloseReport> close() {
        CompletableFuture<CloseReport> begun = closing;
        if (begun == null) {
            begun = CompletableFuture.supplyAsync(() -> client.close(GRACE), threads);
            closing = begun;
        }
        return begun;
    }

    /** After the end: lets its threads go, wherever they stand. */
    void bury() {
        line.bury();
        threads.execute(() -> client.close(Duration.ZERO));
    }
}
