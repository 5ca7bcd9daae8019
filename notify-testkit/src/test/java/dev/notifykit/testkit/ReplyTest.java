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
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every reply as a client hears it, and what the journal says of it. */
class ReplyTest {
    private static final String TOKEN = ApnsRequest.TOKEN;

    private ApnsSimulator apns;
    private RawClient client;
    private String bearer;

    @BeforeEach
    void start() throws Exception {
        apns = ApnsSimulator.start();
        client = new RawClient(apns.port(), apns.certificates());
        bearer = ApnsRequest.bearer(apns);
    }

    @AfterEach
    void stop() {
        client.close();
        apns.close();
    }

    @Test
    void anyStatusAndReason() throws Exception {
        apns.script(TOKEN, Reply.status(499, "ReasonOfTomorrow").retryAfter(Duration.ofSeconds(7)));

        Response response = answer();

        assertThat(response.status()).isEqualTo(499);
        assertThat(response.body()).isEqualTo("{\"reason\":\"ReasonOfTomorrow\"}");
        assertThat(response.header("retry-after")).isEqualTo("7");
        assertThat(apns.journal().accepted()).isZero();
        assertThat(apns.journal().summary().rejected()).containsOnlyKeys("ReasonOfTomorrow");
    }

    @Test
    void usualReasons() throws Exception {
        Instant since = Instant.ofEpochMilli(1_234_567_890_123L);
        apns.script(TOKEN, Reply.unregistered(since), Reply.throttled(), Reply.unavailable());

        assertThat(answer().body()).isEqualTo("{\"reason\":\"Unregistered\",\"timestamp\":1234567890123}");
        assertThat(answer().body()).isEqualTo("{\"reason\":\"TooManyRequests\"}");
        assertThat(answer().body()).isEqualTo("{\"reason\":\"ServiceUnavailable\"}");
    }

    @Test
    void bodylessAndRaw() throws Exception {
        apns.script(TOKEN, Reply.bodyless(503), Reply.raw(500, "<html>"), Reply.raw(200, "surprise"));

        Response bodyless = answer();
        Response html = answer();
        Response surprise = answer();

        assertThat(bodyless.status()).isEqualTo(503);
        assertThat(bodyless.body()).isEmpty();
        assertThat(html.body()).isEqualTo("<html>");
        assertThat(surprise.body()).isEqualTo("surprise");
        assertThat(apns.journal().accepted()).isEqualTo(1);
        assertThat(apns.journal().summary().rejected()).containsOnlyKeys("503", "500");
    }

    @Test
    void anErrorMayFollowARealAcceptance() throws Exception {
        apns.script(TOKEN, Reply.unavailable().accepting(), Reply.ok());
        Http2Headers headers = ApnsRequest.to(TOKEN, bearer);
        String id = headers.get("apns-id").toString();

        assertThat(answer(headers).status()).isEqualTo(503);
        assertThat(answer(headers).status()).isEqualTo(200);

        assertThat(apns.journal().count(id)).isEqualTo(2);
        assertThat(apns.journal().duplicates()).isEqualTo(1);
    }

    @Test
    void silence() throws Exception {
        apns.script(TOKEN, Reply.silence(), Reply.silence().accepting());

        CompletableFuture<Response> lost = send();
        CompletableFuture<Response> accepted = send();
        apns.script("bb", Reply.ok());
        assertThat(answer(ApnsRequest.to("bb", bearer)).status()).isEqualTo(200); // came after both

        assertThat(lost).isNotDone();
        assertThat(accepted).isNotDone();
        assertThat(apns.journal().accepted()).isEqualTo(2); // "bb" and the second one
        assertThat(apns.traffic().replies()).containsEntry("silence", 2L);
    }

    @Test
    void reset() {
        apns.script(TOKEN, Reply.reset(7), Reply.reset(2).accepting());

        assertThat(resetCode(send())).isEqualTo(7);
        assertThat(apns.journal().accepted()).isZero();
        assertThat(resetCode(send())).isEqualTo(2);
        assertThat(apns.journal().accepted()).isEqualTo(1);
        assertThat(client.isOpen()).isTrue();
    }

    /** Netty's servers take many resets for an attack; a simulator that is told to reset must go on. */
    @Test
    void manyResetsOnOneConnection() throws Exception {
        apns.script("aa", Reply.reset(8));
        apns.script("bb", Reply.silence());
        for (int i = 0; i < 500; i++) {
            assertThat(resetCode(send("aa"))).isEqualTo(8);
            send("bb");
            client.cancelNewest();
        }

        assertThat(answer().status()).isEqualTo(200);
        assertThat(apns.traffic().connections()).isEqualTo(1);
    }

    @Test
    void latencyIsWaitedFor() throws Exception {
        Retried.from(Duration.ofMillis(150), this::isWaitedFor);
    }

    private void isWaitedFor(Duration latency) throws Exception {
        apns.script(TOKEN, Reply.ok().after(latency), Reply.ok());
        long start = System.nanoTime();
        Queue<String> answered = new ConcurrentLinkedQueue<>();
        CompletableFuture<Response> slow = send();
        CompletableFuture<?> both = CompletableFuture.allOf(
                slow.thenRun(() -> answered.add("slow")), send().thenRun(() -> answered.add("fast")));

        both.get(60, TimeUnit.SECONDS);
        assertThat(answered).containsExactly("fast", "slow");
        assertThat(slow.join().status()).isEqualTo(200);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(latency.toNanos());
    }

    @Test
    void dropWithoutProcessing() {
        apns.script("aa", Reply.ok().after(Duration.ofMinutes(1)));
        apns.script("bb", Reply.drop());
        CompletableFuture<Response> inFlight = send("aa");
        CompletableFuture<Response> dropped = send("bb");

        assertClosed(inFlight);
        assertClosed(dropped);
        assertThat(client.goAway()).isCompletedExceptionally();
        assertThat(apns.journal().accepted()).isZero();
        assertThat(apns.traffic().unprocessed()).isEqualTo(2);
    }

    @Test
    void dropAfterProcessing() {
        apns.script("aa", Reply.ok().after(Duration.ofMinutes(1)));
        apns.script("bb", Reply.drop().accepting());
        apns.script("cc", Reply.unregistered().after(Duration.ofMinutes(1)));
        CompletableFuture<Response> inFlight = send("aa");
        CompletableFuture<Response> refused = send("cc");
        CompletableFuture<Response> dropped = send("bb");

        assertClosed(inFlight);
        assertClosed(refused);
        assertClosed(dropped);
        assertThat(apns.journal().accepted()).isEqualTo(2);
        assertThat(apns.traffic().unprocessed()).isZero();
    }

    @Test
    void goAwayWithoutProcessing() throws Exception {
        apns.script("aa", Reply.ok().after(Duration.ofMinutes(1)));
        apns.script("bb", Reply.goAway());
        assertThat(send("0a").get(60, TimeUnit.SECONDS).status()).isEqualTo(200); // stream 3
        CompletableFuture<Response> inFlight = send("aa"); // stream 5
        CompletableFuture<Response> unlucky = send("bb"); // stream 7

        RawClient.GoAway goAway = client.goAway().get(60, TimeUnit.SECONDS);

        assertThat(goAway.lastStreamId()).isEqualTo(3);
        assertThat(goAway.debugData()).contains("reason");
        assertClosed(inFlight);
        assertClosed(unlucky);
        assertThat(apns.journal().accepted()).isEqualTo(1);
        assertThat(apns.traffic().unprocessed()).isEqualTo(2);
    }

    @Test
    void goAwayAfterProcessing() throws Exception {
        apns.script("aa", Reply.ok().after(Duration.ofMillis(300)));
        apns.script("bb", Reply.goAway().accepting());
        CompletableFuture<Response> inFlight = send("aa"); // stream 3
        CompletableFuture<Response> lucky = send("bb"); // stream 5

        RawClient.GoAway goAway = client.goAway().get(60, TimeUnit.SECONDS);
        CompletableFuture<Response> late = send("cc"); // stream 7: after the GOAWAY

        assertThat(goAway.lastStreamId()).isEqualTo(5);
        assertThat(lucky.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(inFlight.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(late).failsWithin(Duration.ofSeconds(60));
        client.closed().get(60, TimeUnit.SECONDS);
        assertThat(apns.journal().accepted()).isEqualTo(2);
    }

    @Test
    void aClientThatHangsUpDoesNotUndoItsRequest() throws Exception {
        apns.answerAll(Reply.ok().after(Duration.ofMinutes(1)));
        send("aa");
        send("bb");
        Eventually.holds(() -> apns.traffic().inFlight() == 2);

        client.cancelNewest();
        Eventually.holds(() -> apns.journal().accepted() == 1);
        client.close();

        Eventually.holds(() -> apns.journal().accepted() == 2);
        assertThat(apns.traffic().inFlight()).isZero();
    }

    @Test
    void answerAllGoesBeforeSharesAndAfterScripts() throws Exception {
        apns.script("aa", Reply.unregistered());
        apns.answerAll(Reply.unavailable());

        assertThat(send("aa").get(60, TimeUnit.SECONDS).status()).isEqualTo(410);
        assertThat(send("bb").get(60, TimeUnit.SECONDS).status()).isEqualTo(503);

        apns.unscript("aa");
        apns.answerByShares();
        assertThat(send("aa").get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
    }

    @Test
    void impossibleRepliesAreRefusedAtOnce() {
        assertThatThrownBy(() -> Reply.status(100, "Continue")).hasMessageContaining("100");
        assertThatThrownBy(() -> Reply.ok().after(Duration.ofSeconds(-1))).hasMessageContaining("latency");
    }

    private CompletableFuture<Response> send() {
        return send(TOKEN);
    }

    private CompletableFuture<Response> send(String token) {
        return client.send(ApnsRequest.to(token, bearer), ApnsRequest.PAYLOAD);
    }

    private Response answer() throws Exception {
        return answer(ApnsRequest.to(TOKEN, bearer));
    }

    private Response answer(Http2Headers headers) throws Exception {
        return client.send(headers, ApnsRequest.PAYLOAD).get(60, TimeUnit.SECONDS);
    }

    private static long resetCode(CompletableFuture<Response> response) {
        try {
            response.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StreamReset reset) {
                return reset.errorCode();
            }
            throw new AssertionError("not reset", e);
        } catch (Exception e) {
            throw new AssertionError("no end", e);
        }
        throw new AssertionError("answered");
    }

    private static void assertClosed(CompletableFuture<Response> response) {
        assertThat(response)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IOException.class)
                .withMessage("connection closed");
    }
}
