package dev.notifykit.testkit;

import dev.notifykit.testkit.credentials.TestCertificates;
import dev.notifykit.testkit.credentials.TestSigningKey;
import dev.notifykit.testkit.internal.apns.ApnsSettings;
import dev.notifykit.testkit.internal.apns.ApnsVendor;
import dev.notifykit.testkit.internal.apns.TokenDesk;
import dev.notifykit.testkit.internal.script.ReplyScript;
import dev.notifykit.testkit.internal.server.SimulatorServer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A simulated APNs.
 *
 * <pre>{@code
 * try (ApnsSimulator apns = ApnsSimulator.builder().start()) {
 *     // client: host "localhost", apns.port(), trusts apns.trustedCertificate(), signs with apns.signingKey()
 *     apns.script(deadToken, Reply.unregistered(since));
 *     …
 *     assertThat(apns.journal().count(requestId)).isEqualTo(1);
 * }
 * }</pre>
 *
 * Ids in its journal are the requests' {@code apns-id}. Tokens are journaled in lower case.
 */
public final class ApnsSimulator extends Simulator {
    private final TestSigningKey signingKey;
    private final TokenDesk desk;

    private ApnsSimulator(
            SimulatorServer server,
            ReplyScript script,
            TestCertificates certificates,
            TestSigningKey signingKey,
            TokenDesk desk) {
        super(server, script, certificates);
        this.signingKey = signingKey;
        this.desk = desk;
    }

    /** A simulator with default settings. */
    public static ApnsSimulator start() {
        return builder().start();
    }

    /** Settings first. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    String canonical(String token) {
        return token.toLowerCase(Locale.ROOT);
    }

    /** The key whose tokens it takes. */
    public TestSigningKey signingKey() {
        return signingKey;
    }

    /** Takes tokens of one more key. */
    public void registerKey(TestSigningKey key) {
        desk.register(key);
    }

    /** Takes no token of this key any more: {@code InvalidProviderToken}. */
    public void revokeKey(TestSigningKey key) {
        desk.revoke(key.keyId());
    }

    /** Settings of an {@link ApnsSimulator}. */
    public static final class Builder extends SimulatorBuilder<Builder> {
        /** Apple gives no number; clients have seen 1,000 on production connections. */
        private static final int MAX_CONCURRENT_STREAMS = 1_000;

        private @Nullable TestSigningKey signingKey;
        private Set<String> bundleIds = Set.of();
        private Duration tokenUpdateInterval = Duration.ZERO;
        private boolean clientCertificates;
        private boolean oneStreamUntilAuthenticated;

        private Builder() {
            super(MAX_CONCURRENT_STREAMS);
        }

        @Override
        Builder self() {
            return this;
        }

        /** The key whose tokens it takes. Default: a new one, key id {@code TESTKEY001}, team id {@code TESTTEAM01}. */
        public Builder signingKey(TestSigningKey key) {
            signingKey = Objects.requireNonNull(key, "signingKey");
            return this;
        }

        /** Takes only topics of these bundle ids, {@code TopicDisallowed} otherwise. Default: any. */
        public Builder bundleIds(String... ids) {
            bundleIds = Set.of(ids);
            return this;
        }

        /**
         * Refuses a new JWT that comes on a connection sooner than this after the one before:
         * {@code TooManyProviderTokenUpdates}. Apple's interval is 20 minutes. Default: not checked.
         */
        public Builder tokenUpdateInterval(Duration interval) {
            tokenUpdateInterval = Objects.requireNonNull(interval, "interval");
            return this;
        }

        /** Also takes clients that show a certificate of the same {@link TestCertificates}, without a JWT. Default: no. */
        public Builder clientCertificates(boolean taken) {
            clientCertificates = taken;
            return this;
        }

        /**
         * A connection may have one stream only until a request with a valid token has come, as Apple says it is with tokens.
         * Default: no.
         */
        public Builder oneStreamUntilAuthenticated(boolean on) {
            oneStreamUntilAuthenticated = on;
            return this;
        }

        /**
         * Opens the port.
         *
         * @throws IllegalArgumentException naming everything that is wrong with the settings
         */
        public ApnsSimulator start() {
            check();
            TestSigningKey key = signingKey != null ? signingKey : TestSigningKey.create("TESTKEY001", "TESTTEAM01");
            TokenDesk desk = new TokenDesk();
            desk.register(key);
            ReplyScript script = newScript();
            ApnsVendor vendor = new ApnsVendor(new ApnsSettings(clock(), bundleIds, tokenUpdateInterval), desk);
            SimulatorServer server = new SimulatorServer(
                    "apns", newSettings(clientCertificates, oneStreamUntilAuthenticated), vendor, script);
            return new ApnsSimulator(server, script, certificates(), key, desk);
        }
    }
}
