package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.testkit.client.ApnsRequest;
import dev.notifykit.testkit.client.Eventually;
import dev.notifykit.testkit.client.RawClient;
import dev.notifykit.testkit.client.RawClient.Response;
import dev.notifykit.testkit.client.RawClient.StreamReset;
import dev.notifykit.testkit.client.Retried;
import dev.notifykit.testkit.reply.Reply;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What a simulator does to whole connections. */
class ConnectionBehaviourTest {

    @Test
    void goAwayWithEveryNthRequestOfAConnectionProcessed() throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.builder()
                        .goAwayAfter(3, true)
                        .latency(Duration.ofMillis(50), Duration.ofMillis(50))
                        .start();
                RawClient client = new RawClient(apns.port(), apns.certificates())) {
            CompletableFuture<Response> first = send(apns, client, "aa");
            CompletableFuture<Response> second = send(apns, client, "bb");
            CompletableFuture<Response> third = send(apns, client, "cc");

            assertThat(client.goAway().get(60, TimeUnit.SECONDS).lastStreamId()).isEqualTo(7);
            assertThat(first.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(second.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(third.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            client.closed().get(60, TimeUnit.SECONDS);
            assertThat(apns.journal().accepted()).isEqualTo(3);

            try (RawClient next = new RawClient(apns.port(), apns.certificates())) {
                assertThat(send(apns, next, "dd").get(60, TimeUnit.SECONDS).status())
                        .isEqualTo(200);
                assertThat(next.goAway()).isNotDone();
            }
        }
    }

    @Test
    void goAwayWithEveryNthRequestOfAConnectionUnprocessed() throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.builder()
                        .goAwayAfter(2, false)
                        .latency(Duration.ofMinutes(1), Duration.ofMinutes(1))
                        .start();
                RawClient client = new RawClient(apns.port(), apns.certificates())) {
            CompletableFuture<Response> first = send(apns, client, "aa");
            CompletableFuture<Response> second = send(apns, client, "bb");

            assertThat(client.goAway().get(60, TimeUnit.SECONDS).lastStreamId()).isZero();
            assertThat(first).failsWithin(Duration.ofSeconds(60));
            assertThat(second).failsWithin(Duration.ofSeconds(60));
            assertThat(apns.journal().accepted()).isZero();
            assertThat(apns.traffic().unprocessed()).isEqualTo(2);
        }
    }

    @Test
    void goAwayAndDropOnDemand() throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.start();
                RawClient one = new RawClient(apns.port(), apns.certificates());
                RawClient two = new RawClient(apns.port(), apns.certificates())) {
            one.settings().get(60, TimeUnit.SECONDS);
            two.settings().get(60, TimeUnit.SECONDS);

            apns.goAway(true);

            one.goAway().get(60, TimeUnit.SECONDS);
            two.goAway().get(60, TimeUnit.SECONDS);
            Eventually.holds(() -> apns.traffic().openConnections() == 0);

            try (RawClient three = new RawClient(apns.port(), apns.certificates())) {
                apns.answerAll(Reply.ok().after(Duration.ofMinutes(1)));
                CompletableFuture<Response> inFlight = send(apns, three, "aa");
                Eventually.holds(() -> apns.traffic().inFlight() == 1);

                apns.dropConnections(true);

                assertThat(inFlight).failsWithin(Duration.ofSeconds(60));
                assertThat(apns.journal().accepted()).isEqualTo(1);
            }
        }
    }

    @Test
    void oneStreamTooManyIsRefused() throws Exception {
        Retried.from(Duration.ofMillis(300), ConnectionBehaviourTest::theThirdOfTwoIsRefused);
    }

    private static void theThirdOfTwoIsRefused(Duration latency) throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.builder()
                        .maxConcurrentStreams(2)
                        .latency(latency, latency)
                        .start();
                RawClient client = new RawClient(apns.port(), apns.certificates())) {
            assertThat(client.settings().get(60, TimeUnit.SECONDS).maxConcurrentStreams())
                    .isEqualTo(2);
            CompletableFuture<Response> first = send(apns, client, "aa");
            CompletableFuture<Response> second = send(apns, client, "bb");
            CompletableFuture<Response> third = send(apns, client, "cc");

            assertThat(third)
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            StreamReset.class,
                            reset -> assertThat(reset.errorCode()).isEqualTo(7));
            assertThat(first.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(second.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(apns.traffic().maxConcurrentStreams()).isEqualTo(2);
            assertThat(apns.traffic().maxInFlight()).isEqualTo(2);
        }
    }

    @Test
    void aLimitThatIsLoweredAndRaised() throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.builder()
                        .maxConcurrentStreams(2)
                        .latency(Duration.ofSeconds(1), Duration.ofSeconds(1))
                        .start();
                RawClient client = new RawClient(apns.port(), apns.certificates())) {
            assertThat(client.settings().get(60, TimeUnit.SECONDS).maxConcurrentStreams())
                    .isEqualTo(2);
            apns.maxConcurrentStreams(1);
            CompletableFuture<Response> first = send(apns, client, "aa");
            CompletableFuture<Response> refused = send(apns, client, "bb");
            assertThat(refused).failsWithin(Duration.ofSeconds(60));
            assertThat(first.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);

            apns.maxConcurrentStreams(2);
            CompletableFuture<Response> third = send(apns, client, "cc");
            CompletableFuture<Response> fourth = send(apns, client, "dd");
            assertThat(third.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(fourth.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            try (RawClient later = new RawClient(apns.port(), apns.certificates())) {
                assertThat(later.settings().get(60, TimeUnit.SECONDS).maxConcurrentStreams())
                        .isEqualTo(2);
            }
        }
        assertThatThrownBy(() -> {
                    try (ApnsSimulator apns = ApnsSimulator.start()) {
                        apns.maxConcurrentStreams(0);
                    }
                })
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void settingsNeverSent() throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.builder().withholdSettings(1).start();
                RawClient mute = new RawClient(apns.port(), apns.certificates());
                RawClient served = new RawClient(apns.port(), apns.certificates())) {
            CompletableFuture<Response> unheard = send(apns, mute, "aa");

            assertThat(served.settings().get(60, TimeUnit.SECONDS)).isNotNull();
            assertThat(send(apns, served, "bb").get(60, TimeUnit.SECONDS).status())
                    .isEqualTo(200);
            assertThatThrownBy(() -> mute.settings().get(200, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            assertThat(unheard).isNotDone();
            assertThat(mute.isOpen()).isTrue();
            assertThat(apns.traffic().requests()).isEqualTo(1);
        }
    }

    @Test
    void countsConnections() throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.start()) {
            RawClient one = new RawClient(apns.port(), apns.certificates());
            RawClient two = new RawClient(apns.port(), apns.certificates());
            Eventually.holds(() -> apns.traffic().openConnections() == 2);

            one.close();
            two.close();

            Eventually.holds(() -> apns.traffic().openConnections() == 0);
            assertThat(apns.traffic().connections()).isEqualTo(2);
        }
    }

    @Test
    void keepsTheLastRequests() throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.builder().recordRequests(2).start();
                RawClient client = new RawClient(apns.port(), apns.certificates())) {
            for (String token : new String[] {"aa", "bb", "cc"}) {
                send(apns, client, token).get(60, TimeUnit.SECONDS);
            }

            assertThat(apns.requests())
                    .extracting(request -> request.path())
                    .containsExactly("/3/device/bb", "/3/device/cc");
            assertThat(apns.requests().get(0).header("apns-topic")).isEqualTo("com.acme.app");
            assertThat(apns.requests().get(0).body()).isEqualTo(ApnsRequest.PAYLOAD);
            assertThat(apns.requests().get(0).toString()).doesNotContain("bb", "hello");
        }
    }

    @Test
    void closingFreesThePortAndIsIdempotent() throws Exception {
        ApnsSimulator apns = ApnsSimulator.start();
        int port = apns.port();
        try (RawClient client = new RawClient(port, apns.certificates())) {
            send(apns, client, "aa").get(60, TimeUnit.SECONDS);

            apns.close();
            apns.close();

            client.closed().get(60, TimeUnit.SECONDS);
            assertThat(apns.journal().accepted()).isEqualTo(1);
        }
        try (ApnsSimulator again = ApnsSimulator.builder().port(port).start()) {
            assertThat(again.port()).isEqualTo(port);
        }
    }

    @Test
    void allProblemsOfABuilderAreToldAtOnce() {
        assertThatThrownBy(() -> ApnsSimulator.builder()
                        .latency(Duration.ofSeconds(2), Duration.ofSeconds(1))
                        .share(0.7, Reply.unavailable())
                        .share(0.7, Reply.throttled())
                        .tokenShare(-1, Reply.unregistered())
                        .maxConcurrentStreams(0)
                        .threads(0)
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("latency", "share", "tokenShare", "maxConcurrentStreams", "threads");
    }

    @Test
    void listensOnLoopbackOnly() throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.start();
                // Were the simulator bound to all interfaces, this address would be taken.
                ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress("127.0.0.2", apns.port()));
            assertThat(other.isBound()).isTrue();
        }
    }

    private static CompletableFuture<Response> send(ApnsSimulator apns, RawClient client, String token) {
        return client.send(ApnsRequest.to(token, ApnsRequest.bearer(apns)), ApnsRequest.PAYLOAD);
    }
}
