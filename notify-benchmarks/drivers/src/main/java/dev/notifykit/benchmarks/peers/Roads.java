package dev.notifykit.benchmarks.peers;

import dev.notifykit.PushClient;
import dev.notifykit.PushClientBuilder;
import dev.notifykit.apns.ApnsPushService;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.fcm.FcmPushService;
import dev.notifykit.fcm.FcmTransport;
import dev.notifykit.lane.Admission;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushService;
import dev.notifykit.redis.RedisConfig;
import dev.notifykit.redis.RedisStores;
import dev.notifykit.result.SendResult;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What both of our roads have in common. */
final class Roads {

    /** The lane always has the next request at hand when a permit comes back. */
    private static final int HELD_PER_IN_FLIGHT = 2;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Roads() {}

    /** One of its own for every direct send, so that we encode as often as the peers beside us; and one for all recipients of a fan-out. */
    static Notification notification() {
        return Notification.builder()
                .title(Content.TITLE)
                .body(Content.BODY)
                .sound(Content.SOUND)
                .data(Content.KIND_KEY, Content.KIND)
                .data(Content.LINK_KEY, Content.LINK)
                .build();
    }

    /** Our APNs service. */
    static PushService apns(Endpoint endpoint) {
        return apns(endpoint, endpoint.connections());
    }

    /** The same, with another number of connections than the endpoint's. */
    static PushService apns(Endpoint endpoint, int connections) {
        return ApnsPushService.builder()
                .signingKey(endpoint.signingKey())
                .keyId(endpoint.keyId())
                .teamId(endpoint.teamId())
                .host(endpoint.host())
                .port(endpoint.apnsPort())
                .trustedCertificates(endpoint.authority())
                .connections(connections)
                .maxInFlight(endpoint.inFlight())
                .build();
    }

    /** Our FCM service. */
    static PushService fcm(Endpoint endpoint, FcmTransport.Factory transport, int connections) {
        return FcmPushService.builder()
                .serviceAccount(endpoint.serviceAccount())
                .baseUri(endpoint.fcmUri())
                .trustedCertificates(endpoint.authority())
                .connections(connections)
                .transport(transport)
                .build();
    }

    /** Stores in the Redis of this run. */
    static RedisStores redis(Endpoint endpoint) {
        return RedisStores.connect(
                RedisConfig.single("127.0.0.1", endpoint.redisPort()).build());
    }

    /** A client with one lane that holds as many messages in flight as the peers beside it. */
    static PushClient client(Endpoint endpoint, PushService service) {
        return builder(endpoint, service).build();
    }

    /** The same, before it is built, and with a lane for each service. */
    static PushClientBuilder builder(Endpoint endpoint, PushService... services) {
        return PushClient.builder()
                .app(Content.APP, services)
                .limits(LaneLimits.builder()
                        .maxInFlight(endpoint.inFlight())
                        .maxHeld(HELD_PER_IN_FLIGHT * endpoint.inFlight())
                        .whenFull(Admission.block(PATIENCE))
                        .build());
    }

    static @Nullable Void count(Batch batch, @Nullable SendResult result, @Nullable Throwable failure) {
        if (result instanceof SendResult.Accepted) {
            batch.accepted();
        } else {
            batch.failed(result == null ? failure : result);
        }
        return null;
    }
}
