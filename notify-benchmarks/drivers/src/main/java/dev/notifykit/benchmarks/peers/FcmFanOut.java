package dev.notifykit.benchmarks.peers;

import dev.notifykit.PushClientBuilder;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.fcm.FcmTransport;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;

/** A batch as one fan-out over our FCM service on our HTTP/2 client, its progress in memory: whatever recipients share is encoded once. */
public final class FcmFanOut extends FanOutRoad {

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     */
    public FcmFanOut(Endpoint endpoint) {
        super(
                Roads.builder(endpoint, Roads.fcm(endpoint, FcmTransport.http2(), endpoint.connections())),
                PushClientBuilder.DEFAULT_MAX_SHARDS,
                number -> Target.fcm(Content.APP, Content.fcmToken(number)),
                LaneKey.of(Content.APP, ProviderId.FCM));
    }

    @Override
    public String about() {
        return Libraries.http2();
    }
}
