package dev.notifykit;

import dev.notifykit.observe.CloseReport;
import dev.notifykit.observe.Health;
import dev.notifykit.testing.Stage;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A client in a {@link CrashScene} to which something happens at a stage. */
class CrashClient {

    /** Longer than any test: a client that is closed has finished long before, or never will. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    /** So many answers into its work it is closed, in order to come by the stages of a release. */
    private static final int CLOSED_AFTER_ANSWERS = 15;

    private static final Set<Stage> OF_RELEASE =
            EnumSet.of(Stage.BEFORE_RELEASE, Stage.RELEASED, Stage.BEFORE_PARTITION_RELEASE, Stage.PARTITION_RELEASED);

    final LifeLine line = new LifeLine();
    final PushClient client;

    private final Fate fate;
    private final Stage stage;
    private final int pass;
    private final Executor threads;
    private final Map<Stage, Integer> passes = new ConcurrentHashMap<>();
    private volatile boolean met;
    private volatile @Nullable CompletableFuture<CloseReport> closing;

    /**
     * Built, and not started.
     *
     * @param pass at which time by the stage it happens
     * @param threads its host's
     */
    CrashClient(CrashScene scene, Fate fate, Stage stage, int pass, Duration lease, Executor threads) {
        this.fate = fate;
        this.stage = stage;
        this.pass = pass;
        this.threads = threads;
        client = scene.client(line).lease(lease).stageProbe(this::at).build();
    }

    /** It works on what is there. */
    final void start() {
        client.start();
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
            Thread.onSpinWait(); // asleep it would count as idle, and time go on over its attempt
        }
    }

    /** Whether only a client that is closed passes it. */
    static boolean isOfRelease(Stage stage) {
        return OF_RELEASE.contains(stage);
    }

    /** Whether its fate has overtaken it. */
    final boolean hasMet() {
        return met;
    }

    final boolean isClosed() {
        CompletableFuture<CloseReport> begun = closing;
        return begun != null && begun.isDone();
    }

    /** Whether nothing more can come of it. A client that was closed in order to pass a stage may be gone without having met its fate. */
    final boolean isOver() {
        return fate == Fate.CLOSED || isClosed() ? isClosed() : met;
    }

    final int passes(Stage of) {
        return passes.getOrDefault(of, 0);
    }

    final void wake() {
        line.wake();
    }

    /** Closes it, in a thread of its own. */
    final void close() {
        if (closing == null) {
            closing = CompletableFuture.supplyAsync(() -> client.close(GRACE), threads);
        }
    }

    /** After the end: lets its threads go, wherever they stand. */
    final void bury() {
        line.bury();
        threads.execute(() -> client.close(Duration.ZERO));
    }
}
