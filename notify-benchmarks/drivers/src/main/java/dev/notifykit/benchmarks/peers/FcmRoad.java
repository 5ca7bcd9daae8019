package dev.notifykit.benchmarks.peers;

import dev.notifykit.PushClient;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.Peer;
import dev.notifykit.fcm.FcmTransport;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.util.concurrent.CompletableFuture;

/** Our road over our FCM service, on one of its transports. */
abstract class FcmRoad implements Peer {

    private final PushClient client;

    FcmRoad(Endpoint endpoint, FcmTransport.Factory transport) {
        client = Roads.client(endpoint, Roads.fcm(endpoint, transport, endpoint.connections()));
    }

    @Override
    public void send(Batch batch) {
        for (int i = 0; i < batch.size(); i++) {
            PushRequest request = PushRequest.builder(
                            Target.fcm(Content.APP, Content.fcmToken(i)), Roads.notification())
                    .id(new RequestId(batch.id(i)))
                    .build();
            CompletableFuture<Void> unused =
                    client.send(request).handle((result, failure) -> Roads.count(batch, result, failure));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
