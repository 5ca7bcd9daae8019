package dev.notifykit.benchmarks.peers;

import com.google.auth.oauth2.GoogleCredentials;
import dev.notifykit.benchmarks.harness.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/** What a request to FCM says of itself when its client is used by hand. */
final class FcmAccess {

    private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";

    private FcmAccess() {}

    /** A value for {@code Authorization}, good for an hour. */
    static String authorization(Endpoint endpoint) throws IOException {
        try (InputStream account = Files.newInputStream(endpoint.serviceAccount())) {
            GoogleCredentials credentials =
                    GoogleCredentials.fromStream(account).createScoped(SCOPE);
            return "Bearer " + credentials.refreshAccessToken().getTokenValue();
        }
    }

    static String path(Endpoint endpoint) {
        return "/v1/projects/" + endpoint.project() + "/messages:send";
    }
}
