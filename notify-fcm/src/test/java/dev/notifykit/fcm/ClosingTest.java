package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fcm.FcmTransport.Outcome;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever a transport, a provider or the host does, futures complete and threads end. */
class ClosingTest {

    private static void assertClosed(PushResponse response) {
        assertThat(response).isEqualTo(new Unavailable(Unavailable.Cause.NOT_SENT, "the service is closed"));
    }

    @Test
    void underLoad() {
        try (Rig rig = Rig.start()) {
            assertThat(rig.push("warm-up")).isInstanceOf(Accepted.class);
            rig.fcm.answerAll(Reply.silence());
            List<CompletableFuture<PushResponse>> open = new ArrayList<>();
            for (int i = 0; i < 1_200; i++) {
                open.add(rig.start("token-" + i));
            }
            Rig.until("on their way", () -> rig.fcm.traffic().requests() > 300);
            long start = System.nanoTime();
            rig.service.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            rig.service.close();
            List<PushResponse> responses = open.stream().map(Rig::await).toList();
            long unknown = responses.stream().filter(Unknown.class::isInstance).count();
            assertThat(unknown).isBetween(300L, 500L);
            assertThat(responses.stream().filter(Unavailable.class::isInstance).count())
                    .isEqualTo(1_200 - unknown);
            assertClosed(rig.push(Rig.TOKEN));
            Rig.until("connections closed", () -> rig.fcm.traffic().openConnections() == 0);
        }
    }

    @Test
    void whileWaitingForAToken() {
        try (Rig rig = Rig.start()) {
            rig.oauth().hold();
            CompletableFuture<PushResponse> open = rig.start(Rig.TOKEN);
            rig.service.close();
            assertClosed(Rig.await(open));
            rig.oauth().release();
        }
    }

    @Test
    void fromACallback() {
        try (Rig rig = Rig.start()) {
            CompletableFuture<Void> closed = rig.start(Rig.TOKEN).thenAccept(r -> rig.service.close());
            closed.join();
            assertClosed(rig.push(Rig.TOKEN));
        }
    }

    @Test
    void beforeTheFirstPush() {
        try (Rig rig = Rig.start()) {
            rig.service.close();
            assertClosed(rig.push(Rig.TOKEN));
            assertThat(rig.oauth().requests()).isZero();
        }
    }

    @Test
    void leavesNoThreadBehindAndStartsOnlyDaemons() {
        try (Rig rig = Rig.start()) {
            List<CompletableFuture<PushResponse>> open = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                open.add(rig.start("token-" + i));
            }
            open.forEach(Rig::await);
            assertThat(ours()).isNotEmpty().allMatch(Thread::isDaemon);
        }
        // Those of other tests in this JVM have ended, too.
        Rig.until("threads ended", () -> ours().isEmpty());
    }

    private static Set<Thread> ours() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("notify-fcm"))
                .collect(Collectors.toSet());
    }

    @Test
    void aCallbackThatThrowsHarmsNobody() {
        try (Rig rig = Rig.start(s -> s, b -> b.connections(1))) {
            for (int i = 0; i < 300; i++) {
                rig.start("token-" + i).thenRun(() -> {
                    throw new AssertionError("the host's own");
                });
            }
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
        }
    }

    @Test
    void aTransportThatNeverEnds() {
        try (Rig rig = Rig.start(
                s -> s,
                b -> b.attemptTimeout(Duration.ofSeconds(5)).transport(settings -> new OneWay((path, end) -> {})))) {
            assertThat(rig.push(Rig.TOKEN))
                    .isInstanceOfSatisfying(
                            Unknown.class, u -> assertThat(u.cause()).isEqualTo(Unknown.Cause.TIMEOUT));
        }
    }

    @Test
    void aTransportThatNeverEndsAndAServiceThatCloses() {
        try (Rig rig = Rig.start(
                s -> s,
                b -> b.attemptTimeout(Duration.ofSeconds(5)).transport(settings -> new OneWay((path, end) -> {})))) {
            CompletableFuture<PushResponse> open = rig.start(Rig.TOKEN);
            Rig.until("token", () -> rig.oauth().issued() == 1);
            rig.service.close();
            assertThat(Rig.await(open)).isInstanceOfAny(Unknown.class, Unavailable.class);
        }
    }

    @Test
    void aTransportThatThrows() {
        try (Rig rig = Rig.start(
                s -> s,
                b -> b.transport(settings -> new OneWay((path, end) -> {
                    throw new IllegalStateException("secret");
                })))) {
            assertThat(rig.push(Rig.TOKEN))
                    .isEqualTo(
                            new Unknown(Unknown.Cause.CONNECTION_LOST, "the transport failed: IllegalStateException"));
        }
    }

    @Test
    void aTransportThatEndsTwice() {
        try (Rig rig = Rig.start(
                s -> s,
                b -> b.transport(settings -> new OneWay((path, end) -> {
                    end.accept(new Outcome.Unsent("first"));
                    end.accept(new Outcome.Unknown(false, "second"));
                })))) {
            assertThat(rig.push(Rig.TOKEN)).isEqualTo(new Unavailable(Unavailable.Cause.NOT_SENT, "first"));
        }
    }

    private interface Sending {
        void post(String path, Consumer<Outcome> end);
    }

    private record OneWay(Sending sending) implements FcmTransport {
        @Override
        public int maxInFlight() {
            return 1;
        }

        @Override
        public Exchange post(String path, String bearer, byte[] body, Consumer<Outcome> end) {
            sending.post(path, end);
            return () -> {};
        }

        @Override
        public void close() {}
    }
}
