package dev.notifykit.benchmarks.peers;

import dev.notifykit.PushClientBuilder;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.fcm.FcmTransport;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;

/**
 * Fan-outs of which every other recipient is at FCM, on our HTTP/2 client, and the rest at APNs; no rate is limited. The endpoint's messages in flight
 * are those of each vendor. There are twice as many shards as an instance works on at once, so that two have something to do.
 */
abstract class MixedFanOut extends FanOutRoad {

    private static final int SHARDS = 2 * PushClientBuilder.DEFAULT_MAX_SHARDS;
    private static final int APNS_STREAMS = 1_000;
    private static final int FCM_STREAMS = 100;

    MixedFanOut(PushClientBuilder builder) {
        super(
                builder,
                SHARDS,
                MixedFanOut::device,
                LaneKey.of(Content.APP, ProviderId.APNS),
                LaneKey.of(Content.APP, ProviderId.FCM));
    }

    private static Target device(int number) {
        return number % 2 == 0
                ? Target.apns(Content.APP, Content.apnsToken(number))
                : Target.fcm(Content.APP, Content.fcmToken(number));
    }

    static PushClientBuilder builder(Endpoint endpoint) {
        return Roads.builder(
                endpoint,
                Roads.apns(endpoint, connections(endpoint, APNS_STREAMS)),
                Roads.fcm(endpoint, FcmTransport.http2(), connections(endpoint, FCM_STREAMS)));
    }

    private static int connections(Endpoint endpoint, int streams) {
        return (endpoint.inFlight() + streams - 1) / streams;
    }

    @Override
    public String about() {
        return Libraries.apns();
    }
}
