package dev.notifykit.benchmarks.peers;

import dev.notifykit.PushClient;
import dev.notifykit.PushClientBuilder;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Peer;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** A batch as one fan-out; to whom, and where its progress is kept, is a subclass's matter. */
abstract class FanOutRoad implements Peer {

    private static final String HANDLER = "everybody";
    private static final String ROWS = "rows";

    private final PushClient client;

    FanOutRoad(PushClientBuilder builder, int shards, IntFunction<Target> devices, LaneKey... lanes) {
        client = builder.handler(FanOutHandler.builder(HANDLER)
                        .audience(
                                parameters -> new NumberedRows(Integer.parseInt(parameters.get(ROWS)), shards, devices))
                        .lanes(lanes)
                        .build())
                .build();
        client.start();
    }

    @Override
    public void send(Batch batch) throws Exception {
        FanOutSpec spec = FanOutSpec.builder(FanOutId.of("run-" + batch.id(0)), HANDLER, Roads.notification())
                .parameters(Map.of(ROWS, Integer.toString(batch.size())))
                .expiresAt(batch.expiresAt())
                .build();
        FanOutProgress end =
                client.fanOuts().launch(spec).completion().get(batch.patience().toSeconds(), TimeUnit.SECONDS);
        for (long i = 0; i < end.count(SendResult.Kind.ACCEPTED); i++) {
            batch.accepted();
        }
        for (long i = end.count(SendResult.Kind.ACCEPTED); i < batch.size(); i++) {
            batch.failed(end);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
