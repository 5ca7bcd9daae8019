package dev.notifykit.benchmarks.firebase;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.firebase.FirebaseApp;
import com.google.firebase.FirebaseOptions;
import com.google.firebase.internal.SdkUtils;
import com.google.firebase.messaging.AndroidConfig;
import com.google.firebase.messaging.AndroidNotification;
import com.google.firebase.messaging.FirebaseMessaging;
import com.google.firebase.messaging.FirebaseMessagingException;
import com.google.firebase.messaging.Message;
import com.google.firebase.messaging.Notification;
import com.google.firebase.messaging.SendResponse;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.Peer;
import dev.notifykit.benchmarks.harness.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Google's own library as its documentation uses it: {@code sendEach} with 500 messages, its own threads (100), its own HTTP/2 client.
 * Only the address is another.
 */
public final class FirebaseAdmin implements Peer {

    /** The most that {@code sendEach} takes. */
    private static final int MESSAGES_PER_CALL = 500;

    private final FirebaseApp app;
    private final FirebaseMessaging messaging;
    private final Notification notification =
            Notification.builder().setTitle(Content.TITLE).setBody(Content.BODY).build();

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     * @throws IOException when the credentials cannot be read
     */
    public FirebaseAdmin(Endpoint endpoint) throws IOException {
        Trust.of(endpoint.authority()).install();
        try (InputStream account = Files.newInputStream(endpoint.serviceAccount())) {
            FirebaseOptions options = FirebaseOptions.builder()
                    .setCredentials(GoogleCredentials.fromStream(account))
                    .setProjectId(endpoint.project())
                    .setHttpTransport(new RedirectedTransport(endpoint.fcmUri()))
                    .build();
            app = FirebaseApp.initializeApp(options, "port-" + endpoint.fcmUri().getPort());
        }
        messaging = FirebaseMessaging.getInstance(app);
    }

    @Override
    public void send(Batch batch) throws FirebaseMessagingException {
        for (int first = 0; first < batch.size(); first += MESSAGES_PER_CALL) {
            List<Message> messages = new ArrayList<>(MESSAGES_PER_CALL);
            for (int i = first; i < Math.min(first + MESSAGES_PER_CALL, batch.size()); i++) {
                messages.add(message(batch, i));
            }
            for (SendResponse response : messaging.sendEach(messages).getResponses()) {
                if (response.isSuccessful()) {
                    batch.accepted();
                } else {
                    batch.failed(response.getException());
                }
            }
        }
    }

    @SuppressWarnings("deprecation") // tokens are what hosts have, and what the other peers send to
    private Message message(Batch batch, int number) {
        String id = batch.id(number).toString();
        return Message.builder()
                .setToken(Content.fcmToken(number))
                .putData(Content.KIND_KEY, Content.KIND)
                .putData(Content.LINK_KEY, Content.LINK)
                .putData(Content.ID_KEY, id)
                .setNotification(notification)
                .setAndroidConfig(AndroidConfig.builder()
                        .setPriority(AndroidConfig.Priority.HIGH)
                        .setNotification(AndroidNotification.builder()
                                .setSound(Content.SOUND)
                                .setTag(id)
                                .build())
                        .build())
                .build();
    }

    @Override
    public String about() {
        return "firebase-admin " + SdkUtils.getVersion() + ", TLS of the JDK";
    }

    @Override
    public void close() {
        app.delete();
    }
}
