package dev.notifykit.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.FcmSimulator;
import dev.notifykit.testkit.client.ApnsRequest;
import dev.notifykit.testkit.client.FcmClient;
import dev.notifykit.testkit.client.RawClient;
import dev.notifykit.testkit.client.RawClient.Response;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** TLS goes through, and a push can be lost before or after it was accepted. */
class ProviderFaultTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    /** More than any frame that is no request. */
    private static final int PUSH = 150;

    @Test
    void anApnsPushLostBeforeAndAfter() throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.start();
                FaultProxy proxy = FaultProxy.to(apns.host(), apns.port()).start()) {
            String accepted = lostAtApns(apns, proxy, proxy.nextRequest().ofAtLeast(PUSH)::resetAfter);
            String never = lostAtApns(apns, proxy, proxy.nextRequest().ofAtLeast(PUSH)::resetBefore);

            assertThat(apns.journal().count(accepted)).isEqualTo(1);
            assertThat(apns.journal().count(never)).isZero();
            assertThat(apns.traffic().requests()).isEqualTo(1);
            assertThat(proxy.connections()).isEqualTo(2);
            assertThat(proxy.openConnections()).isZero();
        }
    }

    private static String lostAtApns(ApnsSimulator apns, FaultProxy proxy, Supplier<PlannedFault> plan)
            throws Exception {
        try (RawClient client = new RawClient(proxy.port(), apns.certificates())) {
            client.settings().get(SOON.toSeconds(), TimeUnit.SECONDS);
            PlannedFault fault = plan.get();
            Http2Headers push = ApnsRequest.to("aa", ApnsRequest.bearer(apns));

            CompletableFuture<Response> response = client.send(push, ApnsRequest.PAYLOAD);

            assertThat(response).failsWithin(SOON);
            client.closed().get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(fault.applied()).isEqualTo(1);
            return push.get("apns-id").toString();
        }
    }

    @Test
    void anFcmMessageLostAfterItWasAccepted() throws Exception {
        try (FcmSimulator fcm = FcmSimulator.start();
                FaultProxy proxy = FaultProxy.to(fcm.host(), fcm.port()).start()) {
            FcmClient client = new FcmClient(fcm);
            assertThat(client.send(message(client, fcm, proxy, "one")).statusCode())
                    .isEqualTo(200);
            PlannedFault lost = proxy.nextRequest().ofAtLeast(PUSH).resetAfter();

            assertThatThrownBy(() -> client.send(message(client, fcm, proxy, "two")))
                    .isInstanceOf(IOException.class);

            assertThat(lost.applied()).isEqualTo(1);
            assertThat(fcm.journal().count("two")).isEqualTo(1);
            assertThat(client.send(message(client, fcm, proxy, "three")).statusCode())
                    .isEqualTo(200);
            assertThat(proxy.connections()).isEqualTo(2);
        }
    }

    private static HttpRequest message(FcmClient client, FcmSimulator fcm, FaultProxy proxy, String id) {
        String uri = proxy.uri()
                .resolve("/v1/projects/" + fcm.projectId() + "/messages:send")
                .toString();
        String body = "{\"message\":{\"token\":\"tok-1\",\"data\":{\"nk_id\":\"" + id + "\"}}}";
        return client.request(uri, client.bearer(), body).build();
    }
}
