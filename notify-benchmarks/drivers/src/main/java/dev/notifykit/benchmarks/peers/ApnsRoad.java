package dev.notifykit.benchmarks.peers;

import dev.notifykit.PushClient;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.Peer;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.util.concurrent.CompletableFuture;

/** Our road over our APNs service. */
public final class ApnsRoad implements Peer {

    private final PushClient client;

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     */
    public ApnsRoad(Endpoint endpoint) {
        client = Roads.client(endpoint, Roads.apns(endpoint));
    }

    @Override
    public void send(Batch batch) {
        for (int i = 0; i < batch.size(); i++) {
            PushRequest request = PushRequest.builder(
                            Target.apns(Content.APP, Content.apnsToken(i)), Roads.notification())
                    .id(new RequestId(batch.id(i)))
                    .expiresAt(batch.expiresAt())
                    .build();
            CompletableFuture<Void> unused =
                    client.send(request).handle((result, failure) -> Roads.count(batch, result, failure));
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
