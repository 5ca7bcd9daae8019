package dev.notifykit.fcm;

import com.google.auth.oauth2.GoogleCredentials;
import java.io.IOException;

/**
 * Hands out Google credentials of the host's own making: workload identity federation, impersonation, a vault. Called once by
 * {@link FcmPushService.Builder#build()} on the caller's thread, and again on the token thread after Google has refused what was
 * handed out, so that an exchanged credential is taken up without a restart. May block. What it hands out stays the host's.
 */
@FunctionalInterface
public interface FcmCredentialsSupplier {

    /**
     * Hands out the credentials.
     *
     * @return credentials that may use the scope {@code https://www.googleapis.com/auth/firebase.messaging}, or can be given it
     * @throws IOException when there are none just now
     */
    GoogleCredentials get() throws IOException;
}
