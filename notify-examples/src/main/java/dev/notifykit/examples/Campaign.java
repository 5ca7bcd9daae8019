package dev.notifykit.examples;

import dev.notifykit.PushClient;
import dev.notifykit.PushClientBuilder;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneState;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.observe.PushListener;
import dev.notifykit.push.AppId;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.PushService;
import dev.notifykit.result.ResultSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The part that a host would write: a client with its lanes, a handler that finds the recipients, and a spec. */
final class Campaign implements AutoCloseable {

    private static final String HANDLER = "installations";

    private final PushClient client;
    private final Vendors vendors;

    /**
     * Builds the client; nothing is sent yet.
     *
     * @param census which apps there are
     * @param audience the recipients
     * @param sink learns how each of them ended
     * @param listener learns which tokens are dead
     */
    Campaign(Vendors vendors, Census census, Audience audience, ResultSink sink, PushListener listener) {
        this.vendors = vendors;
        List<LaneKey> lanes = new ArrayList<>();
        PushClientBuilder builder = PushClient.builder();
        for (String app : census.apps()) {
            builder.app(app, vendors.services().toArray(new PushService[0]));
            for (PushService service : vendors.services()) {
                lanes.add(new LaneKey(AppId.of(app), service.provider(), service.environment()));
            }
        }
        for (PushService service : vendors.services()) {
            builder.limits(
                    service.provider(),
                    Vendors.limits(service, census.apps().size(), Integer.MAX_VALUE, vendors.weather()));
        }
        client = builder.handler(FanOutHandler.builder(HANDLER)
                        .audience(audience)
                        .lanes(lanes.toArray(new LaneKey[0]))
                        .renderer(Greeting::render)
                        .sink(sink)
                        .build())
                .listener(listener)
                .build();
    }

    FanOut launch() {
        client.start();
        return client.fanOuts()
                .launch(FanOutSpec.builder(FanOutId.random(), HANDLER, Greeting.NOTIFICATION)
                        .retryPolicy(vendors.retryPolicy())
                        .build());
    }

    List<LaneState> lanes() {
        return client.lanes().all();
    }

    /** Lets what is in flight come home, and starts nothing new. */
    CloseReport close(Duration grace) {
        return client.close(grace);
    }

    @Override
    public void close() {
        client.close(Duration.ZERO);
    }
}
