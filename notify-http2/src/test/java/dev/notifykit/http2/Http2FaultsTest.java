package dev.notifykit.http2;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.notifykit.http2.Http2End.Response;
import dev.notifykit.http2.Http2End.Unknown;
import dev.notifykit.http2.Http2End.Unsent;
import dev.notifykit.http2.peer.Peer;
import dev.notifykit.http2.peer.Request;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What users, servers and bad moments can do to a client. */
@ExtendWith(NoLeaks.class)
class Http2FaultsTest {

    private static final byte[] NOTHING = {};

    private static Http2Client client(Peer peer, FreeStreams listener) {
        return Http2Client.builder(peer.origin())
                .trusted(peer.trust())
                .streams(1)
                .requestTimeout(Duration.ofSeconds(50))
                .listener(listener)
                .build();
    }

    private static Http2Call open(Http2Client client) {
        for (int i = 0; i < 60_000; i++) {
            Http2Call call = client.open();
            if (call != null) {
                return call;
            }
            LockSupport.parkNanos(1_000_000);
        }
        throw new AssertionError("no stream");
    }

    private static Http2Head head(Peer peer, String id) {
        return Http2Head.of("POST", "localhost:" + peer.port(), "/", Map.of("id", id));
    }

    private static void until(BooleanSupplier condition) {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertThat(i).as("milliseconds").isLessThan(60_000);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aListenerThatFailsHarmsNoRequest() throws InterruptedException {
        FreeStreams failing = new FreeStreams() {
            @Override
            public void free() {
                throw new IllegalStateException("the user's own");
            }

            @Override
            public void noConnection(String reason) {
                throw new AssertionError("the user's own");
            }
        };
        Queue<Request> held = new ConcurrentLinkedQueue<>();
        try (Peer peer = Peer.start(held::add);
                Http2Client client = client(peer, failing)) {
            LinkedBlockingQueue<Http2End> ends = new LinkedBlockingQueue<>();
            open(client).send(head(peer, "a"), NOTHING, ends::add);
            until(() -> !held.isEmpty());
            assertThat(client.open()).as("somebody waits now").isNull();
            held.forEach(request -> request.connection().run(() -> request.answer(200, "")));

            assertThat(ends.poll(60, TimeUnit.SECONDS)).isInstanceOf(Response.class);
            open(client).giveBack();
        }
    }

    @Test
    void whoeverIsToldAndFailsHarmsNoOther() {
        try (Peer peer = Peer.start(Peer.Script.ok());
                Sender sender = new Sender(peer, builder -> builder.streams(50))) {
            sender.send("warm", "");
            sender.await("warm");
            for (int i = 0; i < 20; i++) {
                Http2Call call = sender.client.open();
                assertThat(call).isNotNull();
                call.send(sender.head("failing" + i), NOTHING, end -> {
                    throw new IllegalStateException("the user's own");
                });
            }
            sender.send("m", 200);
            sender.awaitAll(201);
            assertThat(sender.responses()).isEqualTo(201);
            assertThat(peer.opened()).isEqualTo(1);
        }
    }

    @Test
    void whatIsGivenUpBeforeItIsWrittenNeverIs() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        try (Peer peer = Peer.start(Peer.Script.ok());
                Sender sender = new Sender(peer, builder -> builder.streams(50))) {
            sender.send("warm", "");
            sender.await("warm");
            Http2Call blocking = sender.client.open();
            assertThat(blocking).isNotNull();
            blocking.send(sender.head("blocking"), NOTHING, end -> {
                busy.countDown();
                await(free);
            });
            await(busy);
            sender.send("given-up", "");
            sender.call("given-up").abort();
            Http2Call early = sender.client.open();
            assertThat(early).isNotNull();
            early.abort();
            LinkedBlockingQueue<Http2End> ends = new LinkedBlockingQueue<>();
            early.send(sender.head("early"), NOTHING, ends::add);
            free.countDown();

            assertThat(sender.await("given-up")).isEqualTo(new Unsent("given up", false));
            assertThat(ends.poll(60, TimeUnit.SECONDS)).isEqualTo(new Unsent("given up", false));
            sender.send("then", "");
            assertThat(sender.await("then")).isInstanceOf(Response.class);
            assertThat(peer.complete("given-up") + peer.complete("early")).isZero();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** TCP alone, TLS as well, and before anything. */
    @Test
    void closingWhileAConnectionIsBeingOpenedIsQuiet() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        root.addAppender(lines);
        try (Peer mute = Peer.start(Peer.Script.ok()).mute(true);
                ServerSocket tcp = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 10; i++) {
                Http2Client silent = Http2Client.builder(URI.create("https://localhost:" + tcp.getLocalPort()))
                        .build();
                assertThat(silent.open()).isNull();
                Http2Client half =
                        Http2Client.builder(mute.origin()).trusted(mute.trust()).build();
                assertThat(half.open()).isNull();
                if (i > 0) {
                    tcp.accept().close();
                    int opened = i;
                    until(() -> mute.opened() >= opened);
                }
                silent.close();
                half.close();
                assertThat(silent.outage()).isEqualTo("the client is closed");
                assertThat(silent.open()).isNull();
            }
            until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("notify-http2")));
        } finally {
            root.detachAppender(lines);
        }
        assertThat(lines.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
    }

    @Test
    void aServerThatTakesNoHeadersIsToldNothing() {
        try (Peer peer = Peer.start(Peer.Script.ok())
                        .settings(new Http2Settings().maxConcurrentStreams(100).maxHeaderListSize(40));
                Sender sender = new Sender(peer, builder -> builder.streams(10))) {
            sender.send("m", 100);
            sender.awaitAll(100);

            assertThat(sender.ends().values())
                    .allSatisfy(ends -> assertThat(ends.get(0)).isInstanceOf(Unsent.class));
            assertThat(peer.complete()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 60, 4_294_967_295L})
    void aServersTableOfHeadersHasAnySize(long size) {
        try (Peer peer = Peer.start(Peer.Script.ok())
                        .settings(new Http2Settings().maxConcurrentStreams(100).headerTableSize(size));
                Sender sender = new Sender(peer, builder -> builder.streams(20))) {
            sender.send("m", 300);
            sender.awaitAll(300);

            assertThat(sender.responses()).isEqualTo(300);
            assertThat(peer.opened()).isEqualTo(1);
        }
    }

    /** More than the connection's window many times over. */
    @Test
    void bodiesThatAreNotReadGiveTheirWindowsBack() {
        try (Peer peer = Peer.start(request -> request.answerWith(100_000));
                Sender sender = new Sender(peer, builder -> builder.streams(20).maxBody(1_000))) {
            sender.send("m", 300);
            sender.awaitAll(300);

            assertThat(sender.responses()).isEqualTo(300);
            assertThat(sender.ends().values()).allSatisfy(ends -> {
                Response response = (Response) ends.get(0);
                assertThat(response.body()).hasSize(1_000);
                assertThat(response.whole()).isFalse();
            });
            assertThat(peer.opened()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionWhoseIdsRunOutIsReplaced() {
        try (Peer peer = Peer.start(Peer.Script.ok());
                Sender sender = new Sender(peer, builder -> builder.streams(10).lastStream(201))) {
            int sent = 0;
            while (sender.responses() < 500) {
                sender.send("m" + sent++, "");
                sender.awaitAll(sent);
            }
            assertThat(peer.opened()).isBetween(5, 6);
            assertThat(sender.ends().values())
                    .allSatisfy(ends -> assertThat(ends.get(0)).isNotInstanceOf(Unknown.class));
            sender.until(() -> peer.connections().size() <= 1, "the old ones' ends");
        }
    }

    /** Its window of 65,535 bytes is never renewed: whole requests go through it, not the beginnings of ninety. */
    @Test
    void aNarrowWindowLetsWholeRequestsThrough() {
        Queue<Request> held = new ConcurrentLinkedQueue<>();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        try (Peer peer = Peer.start(Peer.Script.ok());
                Sender sender = new Sender(peer)) {
            sender.send("warm", "");
            sender.await("warm");
            peer.connections().get(0).keepWindow();
            peer.script(request -> {
                request.answer(200, "");
                peer.script(held::add);
            });
            Http2Call blocking = sender.client.open();
            assertThat(blocking).isNotNull();
            blocking.send(sender.head("blocking"), NOTHING, end -> {
                busy.countDown();
                await(free);
            });
            await(busy);
            for (int i = 0; i < 90; i++) {
                sender.send("m" + i, "x".repeat(4_000));
            }
            free.countDown();
            sender.until(() -> held.size() >= 14, "as many as there is room for, but for those that were cut");
        }
    }

    /** It reads no byte after TLS: whatever is written waits in buffers, and there is no more of it than streams. */
    @Test
    void aServerThatStopsReadingIsLeft() {
        try (Peer peer = Peer.start(request -> request.connection().deafen())
                        .settings(new Http2Settings().maxConcurrentStreams(100).initialWindowSize(10_000_000));
                Sender sender = new Sender(
                        peer,
                        builder -> builder.streams(40)
                                .requestTimeout(Duration.ofMillis(500))
                                .pingInterval(Duration.ofMillis(500))
                                .pingTimeout(Duration.ofMillis(500)))) {
            String body = "x".repeat(200_000);
            for (int i = 0; i < 200; i++) {
                sender.send("m" + i, body);
            }
            sender.until(() -> sender.ended() >= 40, "the first ends");
            peer.script(Peer.Script.ok());
            sender.awaitAll(200);

            sender.ends().forEach((id, ends) -> {
                if (ends.get(0) instanceof Unsent) {
                    assertThat(peer.complete(id)).as(id).isZero();
                }
            });
            sender.sendUntilAnswered("then");
        }
    }
}
