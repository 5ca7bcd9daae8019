package dev.notifykit.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.http2.Http2End.Response;
import dev.notifykit.http2.Http2End.Unknown;
import dev.notifykit.http2.Http2End.Unsent;
import dev.notifykit.http2.peer.Peer;
import dev.notifykit.http2.peer.PeerConnection;
import dev.notifykit.http2.peer.Request;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a request ends with, and what becomes of connections. */
@ExtendWith(NoLeaks.class)
class Http2ClientTest {

    @Test
    void everyRequestIsAnsweredOnceOnAllConnectionsAlike() {
        try (Peer peer = Peer.start(Peer.Script.ok());
                Sender sender =
                        new Sender(peer, builder -> builder.connections(3).streams(20))) {
            sender.send("warm", 200);
            sender.awaitAll(200);
            sender.until(() -> peer.connections().size() == 3, "three connections");
            sender.send("m", 3_000);
            sender.awaitAll(3_200);

            assertThat(sender.responses()).isEqualTo(3_200);
            Response response = (Response) sender.await("m7");
            assertThat(response.status()).isEqualTo(200);
            assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("ok m7");
            assertThat(response.whole()).isTrue();
            assertThat(peer.complete("m7")).isEqualTo(1);
            assertThat(peer.opened()).isEqualTo(3);
            assertThat(peer.connections())
                    .allSatisfy(connection -> assertThat(connection.count()).isGreaterThan(300));
        }
    }

    @Test
    void anAnswerWithoutABodyHasItsStatusAndItsHeaders() {
        try (Peer peer = Peer.start(request -> request.answerWithoutBody(503));
                Sender sender = new Sender(peer)) {
            sender.send("a", "");

            Response response = (Response) sender.await("a");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.header("retry-after")).isEqualTo("7");
            assertThat(response.header("x")).isNull();
            assertThat(response.body()).isEmpty();
        }
    }

    @Test
    void noMoreIsInFlightThanThereAreStreamsAndWhoeverAskedIsTold() {
        Queue<Request> held = new ConcurrentLinkedQueue<>();
        try (Peer peer = Peer.start(held::add);
                Sender sender =
                        new Sender(peer, builder -> builder.connections(2).streams(10))) {
            sender.send("m", 50);
            sender.until(() -> held.size() == 20, "twenty in flight");
            assertThat(sender.waiting()).isEqualTo(30);
            assertThat(sender.client.open()).isNull();
            assertThat(sender.client.outage()).isNull();

            while (sender.ended() < 50) {
                Request request = held.poll();
                if (request != null) {
                    request.connection().run(() -> request.answer(200, ""));
                }
            }
            assertThat(sender.responses()).isEqualTo(50);
        }
    }

    @Test
    void aStreamThatIsGivenBackIsFree() {
        try (Peer peer = Peer.start(Peer.Script.ok());
                Sender sender = new Sender(peer, builder -> builder.streams(1))) {
            sender.send("first", "");
            sender.await("first");
            for (int i = 0; i < 10; i++) {
                Http2Call call = sender.client.open();
                assertThat(call).isNotNull();
                assertThat(sender.client.open()).isNull();
                call.giveBack();
            }
        }
    }

    @Test
    void whatTheServerRefusesIsUnsentAndWhatItResetsIsUnknown() {
        try (Peer peer = Peer.start(request -> request.reset(
                        request.id().startsWith("refused") ? Http2Error.REFUSED_STREAM : Http2Error.INTERNAL_ERROR));
                Sender sender = new Sender(peer)) {
            sender.send("refused", 20);
            sender.send("reset", 20);
            sender.awaitAll(40);

            assertThat(sender.await("refused3"))
                    .isEqualTo(new Unsent("the server reset the stream: REFUSED_STREAM", true));
            assertThat(sender.await("reset3"))
                    .isEqualTo(new Unknown(false, "the server reset the stream: INTERNAL_ERROR"));
            peer.script(Peer.Script.ok());
            sender.send("then", "");
            assertThat(sender.await("then")).isInstanceOf(Response.class);
            assertThat(peer.opened()).isEqualTo(1);
        }
    }

    /** Those at or below the last stream are left to finish; the others are surely unsent, and new ones go elsewhere. */
    @Test
    void goAwayLosesNothing() {
        Queue<Request> held = new ConcurrentLinkedQueue<>();
        try (Peer peer = Peer.start(held::add);
                Sender sender = new Sender(peer, builder -> builder.streams(500))) {
            sender.send("m", 500);
            sender.until(() -> held.size() == 500, "500 in flight");
            PeerConnection first = held.element().connection();
            int last = held.stream().mapToInt(Request::stream).sorted().toArray()[299];
            peer.script(Peer.Script.ok());
            first.run(() -> first.goAway(last, Http2Error.NO_ERROR));
            sender.until(() -> sender.ended() == 200, "those above the last");
            sender.send("new", 100);
            sender.until(() -> sender.ended() == 300, "new ones on a new connection");
            held.forEach(request -> request.connection().run(() -> {
                if (request.stream() <= last) {
                    request.answer(200, "late");
                }
            }));
            sender.awaitAll(600);

            for (Request request : held) {
                assertThat(sender.await(request.id()))
                        .isInstanceOf(request.stream() <= last ? Response.class : Unsent.class);
            }
            assertThat(sender.responses()).isEqualTo(400);
            assertThat(peer.opened()).isEqualTo(2);
            sender.until(() -> peer.connections().size() == 1, "the old connection's end");
        }
    }

    @Test
    void aConnectionThatIsKilledTakesNothingElseWithIt() {
        try (Peer peer = Peer.start(request -> {
                    request.answer(200, "");
                    if (request.connection().count() >= 200) {
                        request.connection().kill();
                    }
                });
                Sender sender =
                        new Sender(peer, builder -> builder.connections(2).streams(50))) {
            sender.send("m", 5_000);
            sender.awaitAll(5_000);

            assertThat(sender.responses()).isGreaterThan(2_000);
            assertThat(peer.opened()).isGreaterThanOrEqualTo(5_000 / 200 / 2);
            assertTruth(sender, peer);
        }
    }

    @Test
    void aServerThatNeverSaysItsSettingsIsNone() {
        try (Peer peer = Peer.start(Peer.Script.ok()).mute(true);
                Sender sender = new Sender(peer, builder -> builder.connectTimeout(Duration.ofMillis(300)))) {
            sender.send("a", "");
            sender.until(() -> !sender.outages().isEmpty(), "the outage");
            assertThat(sender.outages().get(0)).isEqualTo("the server does not say its settings");
            assertThat(sender.ended()).isZero();

            peer.mute(false);
            assertThat(sender.await("a")).isInstanceOf(Response.class);
            assertThat(sender.client.outage()).isNull();
        }
    }

    @Test
    void nobodyListens() {
        Peer gone = Peer.start(Peer.Script.ok());
        gone.close();
        try (Sender sender = new Sender(gone)) {
            sender.send("a", "");
            sender.until(() -> sender.outages().size() > 1, "two attempts");

            assertThat(sender.client.outage()).isIn("no connection: AnnotatedConnectException", null);
            assertThat(sender.ended()).isZero();
        }
    }

    @Test
    void strangersAreNotTalkedTo() {
        try (Peer other = Peer.named("example.org");
                Peer old = Peer.old();
                Peer trusted = Peer.start(Peer.Script.ok())) {
            assertOutage(other, other, "no connection: ");
            assertOutage(trusted, other, "no connection: ");
            assertOutage(old, old, "the server does not speak HTTP/2");
            assertThat(List.of(other, old, trusted))
                    .allSatisfy(peer -> assertThat(peer.complete()).isZero());
        }
    }

    private static void assertOutage(Peer asked, Peer trusted, String reason) {
        try (Sender sender = new Sender(asked, builder -> builder.trusted(trusted.trust()))) {
            sender.send("a", "secret");
            sender.until(() -> !sender.outages().isEmpty(), "the outage");
            assertThat(sender.outages().get(0)).startsWith(reason);
        }
    }

    @Test
    void aLimitThatIsLoweredAndRaisedAgainIsKept() {
        Queue<Request> held = new ConcurrentLinkedQueue<>();
        try (Peer peer = Peer.start(held::add).settings(new Http2Settings().maxConcurrentStreams(30));
                Sender sender = new Sender(peer, builder -> builder.streams(100))) {
            sender.send("m", 100);
            sender.until(() -> held.size() == 30, "thirty in flight");
            PeerConnection connection = peer.connections().get(0);
            connection.streams(1);
            List<Request> first = drain(held);
            first.forEach(request -> connection.run(() -> request.answer(200, "")));
            sender.until(() -> sender.ended() == 30, "their answers");
            sender.until(() -> held.size() == 1, "one at a time");
            for (int i = 0; i < 10; i++) {
                Request one = held.remove();
                assertThat(held).isEmpty();
                connection.run(() -> one.answer(200, ""));
                sender.until(() -> held.size() == 1, "the next one");
            }
            connection.streams(40);
            sender.until(() -> held.size() == 40, "forty at a time");
            peer.script(Peer.Script.ok());
            drain(held).forEach(request -> connection.run(() -> request.answer(200, "")));
            sender.awaitAll(100);

            assertThat(sender.responses()).isEqualTo(100);
            assertThat(peer.opened()).isEqualTo(1);
        }
    }

    private static List<Request> drain(Queue<Request> held) {
        List<Request> all = new ArrayList<>();
        for (Request request = held.poll(); request != null; request = held.poll()) {
            all.add(request);
        }
        return all;
    }

    @Test
    void ofAHundredMegabytesOnlyTheBeginningIsTaken() {
        try (Peer peer = Peer.start(request -> {
                    if (request.id().equals("huge")) {
                        request.answerWith(100_000_000);
                    } else {
                        request.answer(200, "ok");
                    }
                });
                Sender sender = new Sender(peer, builder -> builder.maxBody(10_000))) {
            sender.send("huge", "");
            Response response = (Response) sender.await("huge");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).hasSize(10_000);
            assertThat(response.whole()).isFalse();

            sender.send("m", 100);
            sender.awaitAll(101);
            assertThat(sender.responses()).isEqualTo(101);
            assertThat(peer.opened()).isEqualTo(1);
        }
    }

    /** It lets no byte of a body through: what was not written to its end is unsent, and the stream is free again. */
    @Test
    void aServerThatReadsNothingHasGotNothing() {
        try (Peer peer = Peer.start(Peer.Script.ok())
                        .settings(new Http2Settings().maxConcurrentStreams(10).initialWindowSize(0));
                Sender sender =
                        new Sender(peer, builder -> builder.streams(10).requestTimeout(Duration.ofMillis(300)))) {
            sender.send("m", 40);
            sender.awaitAll(40);

            assertThat(sender.ends().values())
                    .allSatisfy(ends -> assertThat(ends.get(0)).isInstanceOf(Unsent.class));
            assertThat(sender.await("m0")).isEqualTo(new Unsent("no answer in time", false));
            assertThat(peer.complete()).isZero();
        }
    }

    @Test
    void whatIsNotAnsweredInTimeIsUnknownAndTheConnectionIsReplaced() {
        Queue<Request> held = new ConcurrentLinkedQueue<>();
        try (Peer peer = Peer.start(held::add);
                Sender sender =
                        new Sender(peer, builder -> builder.streams(5).requestTimeout(Duration.ofMillis(500)))) {
            sender.send("m", 5);
            sender.awaitAll(5);
            assertThat(sender.ends().values())
                    .allSatisfy(ends -> assertThat(ends.get(0)).isEqualTo(new Unknown(true, "no answer in time")));
            sender.until(() -> held.size() == 5, "all of them, however late");

            peer.script(Peer.Script.ok());
            sender.sendUntilAnswered("then");
            assertThat(peer.opened()).isGreaterThan(1);
        }
    }

    @Test
    void aServerThatAnswersNoPingIsGone() {
        try (Peer peer = Peer.start(request -> request.connection().deafen());
                Sender sender = new Sender(
                        peer,
                        builder -> builder.pingInterval(Duration.ofMillis(200)).pingTimeout(Duration.ofMillis(200)))) {
            sender.send("a", "");
            assertThat(sender.await("a")).isEqualTo(new Unknown(false, "the server does not answer a ping"));

            peer.script(Peer.Script.ok());
            sender.sendUntilAnswered("then");
        }
    }

    @Test
    void anIdleConnectionStays() {
        try (Peer peer = Peer.start(Peer.Script.ok());
                Sender sender = new Sender(
                        peer,
                        builder -> builder.pingInterval(Duration.ofMillis(20)).pingTimeout(Duration.ofSeconds(30)))) {
            sender.send("a", "");
            sender.await("a");
            long start = System.nanoTime();
            sender.until(() -> System.nanoTime() - start > 500_000_000, "some pings");
            sender.send("b", "");
            assertThat(sender.await("b")).isInstanceOf(Response.class);
            assertThat(peer.opened()).isEqualTo(1);
        }
    }

    @Test
    void whatIsGivenUpEndsAtOnce() {
        Queue<Request> held = new ConcurrentLinkedQueue<>();
        try (Peer peer = Peer.start(held::add);
                Sender sender = new Sender(peer)) {
            sender.send("a", "");
            sender.until(() -> held.size() == 1, "the request");
            sender.call("a").abort();
            assertThat(sender.await("a")).isEqualTo(new Unknown(true, "given up"));
            sender.call("a").abort();

            peer.script(Peer.Script.ok());
            sender.send("then", "");
            assertThat(sender.await("then")).isInstanceOf(Response.class);
            sender.call("then").abort();
            assertThat(sender.ended()).isEqualTo(2);
        }
    }

    @Test
    void closingEndsEverything() {
        Queue<Request> held = new ConcurrentLinkedQueue<>();
        try (Peer peer = Peer.start(held::add);
                Sender sender = new Sender(peer, builder -> builder.streams(30))) {
            sender.send("m", 30);
            sender.until(() -> held.size() == 30, "all in flight");
            Http2Call unused = new Http2Call(sender.call("m0").connection);
            sender.client.close();
            sender.client.close();
            sender.awaitAll(30);

            assertThat(sender.ends().values())
                    .allSatisfy(ends -> assertThat(ends.get(0)).isEqualTo(new Unknown(false, "the client is closed")));
            assertThat(sender.client.open()).isNull();
            assertThat(sender.client.outage()).isEqualTo("the client is closed");
            List<Http2End> late = new ArrayList<>();
            unused.send(sender.head("late"), new byte[0], late::add);
            sender.until(() -> late.size() == 1, "the end of a call that comes too late");
            assertThat(late.get(0)).isInstanceOf(Unsent.class);
        }
    }

    @Test
    void wrongSettingsAreAllNamed() {
        assertThatThrownBy(() -> Http2Client.builder(URI.create("http://localhost"))
                        .connections(0)
                        .streams(-1)
                        .requestTimeout(Duration.ZERO)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("https", "connections", "streams", "requestTimeout");
    }

    private static void assertTruth(Sender sender, Peer peer) {
        sender.ends().forEach((id, all) -> {
            Http2End end = all.get(0);
            if (end instanceof Response) {
                assertThat(peer.complete(id)).as(id).isEqualTo(1);
            } else if (end instanceof Unsent unsent && !unsent.refused()) {
                assertThat(peer.complete(id)).as(id + " " + end).isZero();
            }
        });
    }
}
