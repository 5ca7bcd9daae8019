package dev.notifykit.testkit.client;

import dev.notifykit.testkit.ApnsSimulator;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Instant;
import java.util.UUID;

/** A valid push to APNs, which a test then spoils. */
public final class ApnsRequest {
    public static final String TOKEN = "0a".repeat(32);
    public static final String PAYLOAD = "{\"aps\":{\"alert\":\"hello\"}}";

    private ApnsRequest() {}

    public static String bearer(ApnsSimulator apns) {
        return "bearer " + Jwt.apns(apns.signingKey(), Instant.now());
    }

    /** Complete headers with a fresh id. Not validated, so that wrong ones can be added. */
    public static Http2Headers to(String token, String bearer) {
        return new DefaultHttp2Headers(false)
                .method("POST")
                .scheme("https")
                .authority("localhost")
                .path("/3/device/" + token)
                .set("authorization", bearer)
                .set("apns-id", UUID.randomUUID().toString())
                .set("apns-topic", "com.acme.app")
                .set("apns-push-type", "alert")
                .set("apns-priority", "10")
                .set("apns-expiration", "1999999999");
    }
}
