package dev.notifykit;

import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.observe.Health;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import dev.notifykit.testing.Stage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A client in a {@link CrashWorld} to which something happens at a stage. */
final class CrashClient {

    /** What happens to it. */
    enum Fate {
        /** Nothing. */
        LIVES,
        /** It is cut off from everything and its threads stand still, at the same moment. */
        KILLED,
        /** The same, and later it goes on as if nothing had happened. */
        SLEEPS,
        /** Its host closes it. */
        CLOSED,
        /** What it does there fails. */
        FAILS
    }

    /** Longer than any test: a client that is closed has finished long before, or never will. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    /** So many answers into its work it is closed, in order to come by the stages of a release. */
    private static final int CLOSED_AFTER_ANSWERS = 15;

    private final LifeLine line = new LifeLine();
    private final CrashWorld world;
    private final Fate fate;
    private final Stage stage;
    private final int pass;
    private final Executor closers;
    private final Map<Stage, Integer> passes = new ConcurrentHashMap<>();
    private final PushClient client;
    private volatile boolean met;
    private volatile @Nullable CompletableFuture<CloseReport> closing;

    CrashClient(CrashWorld world, Fate fate, Stage stage, int pass, Duration lease, Executor closers) {
        this.world = world;
        this.fate = fate;
        this.stage = stage;
        this.pass = pass;
        this.closers = closers;
        client = PushClient.builder()
                .app("app", vendor())
                .limits(LaneLimits.builder()
                        .retryBudget(1, 1_000)
                        .breaker(1, Duration.ofSeconds(1))
                        .attemptTimeout(Duration.ofMillis(900))
                        .probeInterval(Duration.ofSeconds(1))
                        .build())
                .handler(FanOutHandler.builder("all")
                        .audience(world.audience(line))
                        .lanes(CrashWorld.LANE)
                        .sink(batch -> line.cross(() -> {
                            world.hear(batch);
                            return true;
                        }))
                        .build())
                .progressStore(line.to(ProgressStore.class, world.store, world::storeAnswered))
                .timeSource(world.time)
                .owned(false)
                .pageSize(CrashWorld.PAGE)
                .lease(lease)
                .stageProbe(this::at)
                .build();
        client.start();
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

    private void at(Stage now) {
        line.stand();
        int count = passes.merge(now, 1, Integer::sum);
        if (isOfRelease(stage) && now == Stage.ANSWERED && count == CLOSED_AFTER_ANSWERS) {
            beginToClose();
        }
        if (now != stage || count != pass || fate == Fate.LIVES) {
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
        return stage == Stage.BEFORE_RELEASE || stage == Stage.RELEASED;
    }

    /** Whether its fate has overtaken it. */
    boolean hasMet() {
        return met;
    }

    boolean isClosed() {
        CompletableFuture<CloseReport> begun = closing;
        return begun != null && begun.isDone();
    }

    /** Whether nothing more can come of it. A client that was closed in order to pass a stage may be gone without having met its fate. */
    boolean isOver() {
        return fate == Fate.CLOSED || isClosed() ? isClosed() : met;
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
            begun = CompletableFuture.supplyAsync(() -> client.close(GRACE), closers);
            closing = begun;
        }
        return begun;
    }

    /** After the end: lets its threads go, wherever they stand. */
    void bury() {
        line.bury();
        closers.execute(() -> client.close(Duration.ZERO));
    }
}
