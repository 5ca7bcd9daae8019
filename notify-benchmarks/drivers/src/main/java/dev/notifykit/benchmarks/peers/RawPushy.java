package dev.notifykit.benchmarks.peers;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.Peer;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** pushy by hand, with the semaphore that its README asks for. */
public final class RawPushy implements Peer {

    private final ApnsClient client;
    private final Semaphore permits;

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     * @throws IOException when the key or the certificate cannot be read
     * @throws GeneralSecurityException when the key is none
     */
    public RawPushy(Endpoint endpoint) throws IOException, GeneralSecurityException {
        client = new ApnsClientBuilder()
                .setApnsServer(endpoint.host(), endpoint.apnsPort())
                .setSigningKey(ApnsSigningKey.loadFromPkcs8File(
                        endpoint.signingKey().toFile(), endpoint.teamId(), endpoint.keyId()))
                .setTrustedServerCertificateChain(endpoint.authority().toFile())
                .setConcurrentConnections(endpoint.connections())
                .setUseAlpn(true)
                .build();
        permits = new Semaphore(endpoint.inFlight());
    }

    @Override
    public void send(Batch batch) throws InterruptedException {
        for (int i = 0; i < batch.size(); i++) {
            UUID id = batch.id(i);
            String idText = id.toString();
            SimpleApnsPushNotification push = new SimpleApnsPushNotification(
                    Content.apnsToken(i),
                    Content.APP,
                    payload(idText),
                    batch.expiresAt(),
                    DeliveryPriority.IMMEDIATE,
                    PushType.ALERT,
                    idText,
                    id);
            permits.acquire();
            CompletableFuture<?> unused = client.sendNotification(push).whenComplete((response, failure) -> {
                permits.release();
                if (response != null && response.isAccepted()) {
                    batch.accepted();
                } else {
                    batch.failed(response == null ? failure : response.getRejectionReason());
                }
            });
        }
    }

    private static String payload(String id) {
        return new Json()
                .raw("{\"aps\":{\"alert\":{\"title\":")
                .quoted(Content.TITLE)
                .raw(",\"body\":")
                .quoted(Content.BODY)
                .raw("},\"sound\":")
                .quoted(Content.SOUND)
                .raw("},\"kind\":")
                .quoted(Content.KIND)
                .raw(",\"link\":")
                .quoted(Content.LINK)
                .raw(",\"nk_id\":")
                .quoted(id)
                .raw("}")
                .toString();
    }

    @Override
    public String about() {
        return Libraries.apns();
    }

    @Override
    public void close() {
        client.close().join();
    }
}
