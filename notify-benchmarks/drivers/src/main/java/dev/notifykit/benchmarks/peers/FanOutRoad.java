package dev.notifykit.benchmarks.peers;

import dev.notifykit.PushClient;
import dev.notifykit.PushClientBuilder;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.Peer;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.ProviderId;
import dev.notifykit.result.SendResult;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A batch as one fan-out over our APNs service; where its progress is kept is a subclass's matter. */
abstract class FanOutRoad implements Peer {

    private static final String HANDLER = "everybody";
    private static final String ROWS = "rows";
    private static final int SHARDS = PushClientBuilder.DEFAULT_MAX_SHARDS;
    private static final long PATIENCE_SECONDS = 90;

    private final PushClient client;

    FanOutRoad(PushClientBuilder builder) {
        client = builder.handler(FanOutHandler.builder(HANDLER)
                        .audience(parameters -> new NumberedRows(Integer.parseInt(parameters.get(ROWS)), SHARDS))
                        .lanes(LaneKey.of(Content.APP, ProviderId.APNS))
                        .build())
                .build();
        client.start();
    }

    static PushClientBuilder builder(Endpoint endpoint) {
        return Roads.builder(endpoint, Roads.apns(endpoint));
    }

    @Override
    public void send(Batch batch) throws Exception {
        FanOutSpec spec = FanOutSpec.builder(FanOutId.of("run-" + batch.id(0)), HANDLER, Roads.NOTIFICATION)
                .parameters(Map.of(ROWS, Integer.toString(batch.size())))
                .expiresAt(batch.expiresAt())
                .build();
        FanOutProgress end = client.fanOuts().launch(spec).completion().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        for (long i = 0; i < end.count(SendResult.Kind.ACCEPTED); i++) {
            batch.accepted();
        }
        for (long i = end.count(SendResult.Kind.ACCEPTED); i < batch.size(); i++) {
            batch.failed(end);
        }
    }

    @Override
    public String about() {
        return Libraries.apns();
    }

    @Override
    public void close() {
        client.close();
    }
}
