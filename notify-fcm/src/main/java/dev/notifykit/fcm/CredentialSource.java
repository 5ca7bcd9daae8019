package dev.notifykit.fcm;

import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where credentials come from, ready to be asked again when Google refuses what it gave. May block. */
interface CredentialSource {

    /** The only scope a sender needs. */
    String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";

    /**
     * Reads the credentials.
     *
     * @throws IOException when they cannot be read; its message may quote the source and must not be shown
     * @throws InvalidConfigurationException when they name a host that is not allowed
     */
    GoogleCredentials load() throws IOException;

    static CredentialSource path(Path file, AllowedHosts hosts, HttpTransportFactory transport) {
        return supplier(
                () -> {
                    try {
                        return Files.newInputStream(file);
                    } catch (IOException e) {
                        throw new Unreadable(e);
                    }
                },
                hosts,
                transport);
    }

    static CredentialSource supplier(
            Supplier<? extends InputStream> supplier, AllowedHosts hosts, HttpTransportFactory transport) {
        return () -> {
            try (InputStream in = supplier.get()) {
                // Not GoogleCredentials.fromStream: its other credential types may name addresses and programs to run.
                return serviceAccount(ServiceAccountCredentials.fromStream(in, transport), hosts);
            } catch (Unreadable e) {
                throw new IOException("cannot be read", e.getCause());
            }
        };
    }

    /** Can be read once only: afterwards it is always the same account. */
    static CredentialSource stream(InputStream in, AllowedHosts hosts, HttpTransportFactory transport) {
        return new CredentialSource() {
            private @Nullable GoogleCredentials loaded;

            @Override
            public synchronized GoogleCredentials load() throws IOException {
                if (loaded == null) {
                    loaded = serviceAccount(ServiceAccountCredentials.fromStream(in, transport), hosts);
                }
                return loaded;
            }
        };
    }

    static CredentialSource applicationDefault() {
        return () -> scoped(GoogleCredentials.getApplicationDefault());
    }

    static CredentialSource google(FcmCredentialsSupplier supplier) {
        return () -> scoped(supplier.get());
    }

    private static GoogleCredentials serviceAccount(ServiceAccountCredentials account, AllowedHosts hosts) {
        Problems problems = new Problems("service account");
        hosts.check(problems, "token_uri", account.getTokenServerUri(), AllowedHosts.TOKEN, true);
        problems.throwIfAny();
        // Our own back-off decides when the endpoint is asked again.
        return scoped(account.toBuilder().setDefaultRetriesEnabled(false).build());
    }

    private static GoogleCredentials scoped(GoogleCredentials credentials) {
        return credentials.createScopedRequired() ? credentials.createScoped(SCOPE) : credentials;
    }

    /** Carries an {@link IOException} out of a {@link Supplier}. */
    final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(IOException cause) {
            super(cause);
        }
    }
}
