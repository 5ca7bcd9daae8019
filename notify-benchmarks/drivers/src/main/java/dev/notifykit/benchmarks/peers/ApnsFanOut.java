package dev.notifykit.benchmarks.peers;

import dev.notifykit.PushClientBuilder;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;

/** Fan-outs over our APNs service, in as many shards as an instance works on at once. */
abstract class ApnsFanOut extends FanOutRoad {

    ApnsFanOut(PushClientBuilder builder) {
        super(
                builder,
                PushClientBuilder.DEFAULT_MAX_SHARDS,
                number -> Target.apns(Content.APP, Content.apnsToken(number)),
                LaneKey.of(Content.APP, ProviderId.APNS));
    }

    static PushClientBuilder builder(Endpoint endpoint) {
        return Roads.builder(endpoint, Roads.apns(endpoint));
    }

    @Override
    public String about() {
        return Libraries.apns();
    }
}
