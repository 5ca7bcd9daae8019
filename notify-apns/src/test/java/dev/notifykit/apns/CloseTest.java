package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The end: it takes no time, nobody waits for ever, and no thread stays. */
class CloseTest {

    private static final Duration SHORT = Duration.ofMillis(300);

    /** Longer than a machine stands still. */
    private static final Duration LONG = Duration.ofSeconds(5);

    @Test
    void afterwardsNothingIsSent() throws Exception {
        try (Rig rig = Rig.start()) {
            assertThat(rig.push()).isInstanceOf(Accepted.class);
            rig.service().close();
            rig.service().close();
            assertThat(rig.push()).isEqualTo(new Unavailable(Unavailable.Cause.NOT_SENT, "the service is closed"));
            Rig.until(() -> rig.service().ended());
        }
    }

    @Test
    void whatIsInFlightStillGetsItsAnswer() throws Exception {
        try (Rig rig = Rig.start()) {
            assertThat(rig.push()).isInstanceOf(Accepted.class);
            rig.apns().script(Rig.TOKEN, Reply.ok().after(LONG));
            CompletableFuture<PushResponse> inFlight = rig.service().push(Rig.request());
            Rig.until(() -> rig.apns().traffic().inFlight() == 1);
            long start = System.nanoTime();
            rig.service().close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
            assertThat(inFlight).isNotDone();
            assertThat(Rig.await(inFlight)).isInstanceOf(Accepted.class);
            Rig.until(() -> rig.service().ended());
        }
    }

    @Test
    void silenceDoesNotKeepItOpen() throws Exception {
        try (Rig rig = Rig.start(b -> b, b -> b.attemptTimeout(SHORT))) {
            Rig.until(() -> rig.push() instanceof Accepted);
            rig.apns().script(Rig.TOKEN, Reply.silence());
            CompletableFuture<PushResponse> silent = rig.service().push(Rig.request());
            Rig.until(() -> rig.apns().traffic().replies().containsKey("silence"));
            rig.service().close();
            assertThat(Rig.await(silent)).isInstanceOf(Unknown.class);
            Rig.until(() -> rig.service().ended());
        }
    }

    @Test
    void aConnectionThatNeverBecameReadyDoesNotKeepItOpen() throws Exception {
        try (Rig rig = Rig.start(b -> b.withholdSettings(100), b -> b.attemptTimeout(SHORT))) {
            assertThat(rig.push()).isInstanceOf(Unavailable.class);
            Rig.until(() -> rig.service().generation() == 1);
            rig.service().close();
            Rig.until(() -> rig.service().ended());
            Rig.until(() -> rig.apns().traffic().openConnections() == 0);
        }
    }

    @Test
    void aDeadEndpointDoesNotKeepItOpen() throws Exception {
        ApnsSimulator gone = ApnsSimulator.start();
        ApnsPushService service = Rig.clientOf(gone).attemptTimeout(SHORT).build();
        gone.close();
        CompletableFuture<PushResponse> first = service.push(Rig.request());
        CompletableFuture<PushResponse> second = service.push(Rig.request());
        service.close();
        assertThat(Rig.await(first)).isInstanceOf(Unavailable.class);
        assertThat(Rig.await(second)).isInstanceOf(Unavailable.class);
        Rig.until(service::ended);
    }

    @Test
    void underLoadEveryFutureCompletes() throws Exception {
        try (Rig rig = Rig.start(
                b -> b.latency(Duration.ZERO, Duration.ofMillis(50)).maxConcurrentStreams(100),
                b -> b.attemptTimeout(Duration.ofSeconds(20)))) {
            List<CompletableFuture<PushResponse>> futures = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                futures.add(rig.service().push(Rig.request()));
                if (i == 500) {
                    rig.service().close();
                }
            }
            futures.subList(0, 501).forEach(f -> assertThat(Rig.await(f)).isInstanceOf(Accepted.class));
            futures.subList(501, 1000).forEach(f -> assertThat(Rig.await(f)).isInstanceOf(Unavailable.class));
            Rig.until(() -> rig.service().ended());
        }
    }

    @Test
    void mayBeCalledFromACallback() throws Exception {
        try (Rig rig = Rig.start()) {
            CompletableFuture<PushResponse> pushed = rig.service().push(Rig.request());
            CompletableFuture<Void> closed = pushed.thenRun(() -> rig.service().close());
            Rig.await(closed);
            Rig.until(() -> rig.service().ended());
        }
    }

    @Test
    void anUnusedServiceEndsAsWell() throws Exception {
        ApnsSimulator apns = ApnsSimulator.start();
        try (apns) {
            ApnsPushService service = Rig.clientOf(apns).build();
            service.close();
            Rig.until(service::ended);
            assertThat(apns.traffic().connections()).isZero();
        }
    }

    @Test
    void threadsAreDaemonsWithNames() {
        AtomicBoolean fine = new AtomicBoolean();
        try (Rig rig = Rig.start(b -> b.latency(SHORT, SHORT), b -> b)) {
            Rig.await(rig.service().push(Rig.request()).thenAccept(r -> {
                Thread current = Thread.currentThread();
                fine.set(current.isDaemon() && current.getName().startsWith("notify-apns-"));
            }));
        }
        assertThat(fine).isTrue();
    }
}
