package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.testkit.client.ApnsRequest;
import dev.notifykit.testkit.client.Eventually;
import dev.notifykit.testkit.client.RawClient;
import dev.notifykit.testkit.client.RawClient.Response;
import dev.notifykit.testkit.journal.Traffic;
import dev.notifykit.testkit.reply.Reply;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A GOAWAY that promises to process what is in flight, while the client goes on sending. */
class GoAwayUnderLoadTest {
    private static final int IN_FLIGHT = 100;
    private static final int SENT = 300;

    private ApnsSimulator apns;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        apns = ApnsSimulator.builder()
                .goAwayAfter(1 + IN_FLIGHT, true)
                .latency(Duration.ofMillis(80), Duration.ofMillis(80))
                .start();
        client = new RawClient(apns.port(), apns.certificates());
        // Stream 3. APNs allows more than one stream only after this.
        assertThat(client.send(request(), ApnsRequest.PAYLOAD)
                        .get(60, TimeUnit.SECONDS)
                        .status())
                .isEqualTo(200);
    }

    @AfterEach
    void stop() {
        client.close();
        apns.close();
    }

    @Test
    void whatWasAcceptedIsAnsweredAndWhatCrossesIsIgnored() throws Exception {
        List<Http2Headers> requests = Stream.generate(this::request).limit(SENT).toList();

        List<CompletableFuture<Response>> responses = client.sendDeaf(requests, ApnsRequest.PAYLOAD);

        assertThat(client.goAway().get(60, TimeUnit.SECONDS).lastStreamId()).isEqualTo(3 + 2 * IN_FLIGHT);
        for (CompletableFuture<Response> accepted : responses.subList(0, IN_FLIGHT)) {
            assertThat(accepted.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
        client.closed().get(60, TimeUnit.SECONDS);
        assertThat(responses.subList(IN_FLIGHT, SENT))
                .allSatisfy(crossing -> assertThat(crossing).isCompletedExceptionally());
        assertThat(requests.subList(0, IN_FLIGHT))
                .allSatisfy(accepted -> assertThat(timesAccepted(accepted)).isEqualTo(1));
        assertThat(requests.subList(IN_FLIGHT, SENT))
                .allSatisfy(crossing -> assertThat(timesAccepted(crossing)).isZero());
        Traffic traffic = apns.traffic();
        assertThat(traffic.requests()).isEqualTo(1 + IN_FLIGHT);
        assertThat(traffic.unprocessed()).isZero();
    }

    @Test
    void aRequestThatIsNeverFinishedIsNotWaitedForLong() throws Exception {
        CompletableFuture<Response> unfinished = client.sendUnfinished(request()); // stream 5
        CompletableFuture<Response> finished = client.send(request(), ApnsRequest.PAYLOAD); // stream 7
        Eventually.holds(() -> apns.traffic().requests() == 2);

        apns.goAway(true);

        assertThat(client.goAway().get(60, TimeUnit.SECONDS).lastStreamId()).isEqualTo(7);
        assertThat(finished.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        client.closed().get(60, TimeUnit.SECONDS);
        assertThat(unfinished).isCompletedExceptionally();
        assertThat(apns.journal().accepted()).isEqualTo(2);
    }

    @Test
    void closesOnceTheLastRequestIsTakenBack() throws Exception {
        apns.answerAll(Reply.ok().after(Duration.ofMinutes(10)));
        CompletableFuture<Response> slow = client.send(request(), ApnsRequest.PAYLOAD);
        Eventually.holds(() -> apns.traffic().inFlight() == 1);
        apns.goAway(true);
        client.goAway().get(60, TimeUnit.SECONDS);

        client.cancelNewest();

        client.closed().get(60, TimeUnit.SECONDS);
        assertThat(slow).isCompletedExceptionally();
        assertThat(apns.journal().accepted()).isEqualTo(2);
    }

    private Http2Headers request() {
        return ApnsRequest.to(ApnsRequest.TOKEN, ApnsRequest.bearer(apns));
    }

    private int timesAccepted(Http2Headers request) {
        return apns.journal().count(request.get("apns-id").toString());
    }
}
