package dev.notifykit.testkit;

import dev.notifykit.testkit.credentials.TestCertificates;
import dev.notifykit.testkit.credentials.TestSigningKey;
import dev.notifykit.testkit.internal.apns.ApnsSettings;
import dev.notifykit.testkit.internal.apns.ApnsVendor;
import dev.notifykit.testkit.internal.apns.ChannelBook;
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
 * Ids in its journal are the requests' {@code apns-id}, or {@code apns-request-id} of broadcasts. Device tokens are journaled in lower
 * case, of a broadcast the channel's id. Broadcasts and the management of channels are taken on the same port; scripts know a
 * broadcast, and a request about one channel, by the channel's id, and requests about all or new ones by the bundle id.
 */
public final class ApnsSimulator extends Simulator {
    private final TestSigningKey signingKey;
    private final TokenDesk desk;
    private final ChannelBook channels;

    private ApnsSimulator(
            SimulatorServer server,
            ReplyScript script,
            TestCertificates certificates,
            TestSigningKey signingKey,
            TokenDesk desk,
            ChannelBook channels) {
        super(server, script, certificates);
        this.signingKey = signingKey;
        this.desk = desk;
        this.channels = channels;
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
        if (token.chars().allMatch(c -> c < 0x80 && Character.digit(c, 16) >= 0)) {
            return token.toLowerCase(Locale.ROOT);
        }
        return token.substring(token.lastIndexOf(':') + 1); // an address that names a channel ends with its id
    }

    /**
     * Makes a broadcast channel, as a client would.
     *
     * @param keepsLatest whether it keeps the latest message for devices that cannot be reached
     * @return its id
     * @throws IllegalStateException when the app has as many as it may
     */
    public String createChannel(String bundleId, boolean keepsLatest) {
        String id = channels.create(bundleId, keepsLatest);
        if (id == null) {
            throw new IllegalStateException("no more channels for " + bundleId);
        }
        return id;
    }

    /** The ids of an app's broadcast channels. */
    public Set<String> channels(String bundleId) {
        return channels.ids(bundleId);
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

        /** Apple's. */
        private static final int MAX_CHANNELS = 10_000;

        private @Nullable TestSigningKey signingKey;
        private Set<String> bundleIds = Set.of();
        private int channelLimit = MAX_CHANNELS;
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

        /** How many broadcast channels an app may have, {@code CannotCreateChannelConfig} beyond. Default: Apple's 10,000. */
        public Builder channelLimit(int channels) {
            channelLimit = channels;
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
            ChannelBook channels = new ChannelBook(channelLimit);
            ApnsVendor vendor =
                    new ApnsVendor(new ApnsSettings(clock(), bundleIds, tokenUpdateInterval), desk, channels);
            SimulatorServer server = new SimulatorServer(
                    "apns", newSettings(clientCertificates, oneStreamUntilAuthenticated), vendor, script);
            return new ApnsSimulator(server, script, certificates(), key, desk, channels);
        }
    }
}
