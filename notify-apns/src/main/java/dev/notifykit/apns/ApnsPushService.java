package dev.notifykit.apns;

import dev.notifykit.push.Environment;
import dev.notifykit.push.Problems;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends to Apple's devices through the Apple Push Notification service, over HTTP/2, with one credential in one environment.
 *
 * <pre>{@code
 * PushService apns = ApnsPushService.builder()
 *         .signingKey(Path.of("AuthKey_ABC123DEFG.p8")).keyId("ABC123DEFG").teamId("TEAM123456")
 *         .build();
 * }</pre>
 *
 * <p><b>Topic.</b> {@code apns-topic} is the target's app id, normally the bundle id, unless the builder or the notification's
 * {@link ApnsOptions} say otherwise; the suffix that a push type asks for is added.
 *
 * <p><b>Headers.</b> {@code apns-id} is the request's id, the same for every attempt. {@code apns-collapse-id} is the request's
 * collapse id; an alert without one takes the request's id, so that what was sent twice is shown once (unless
 * {@link PushRequest#stableId()} is off). {@code apns-expiration} is {@link PushRequest#expiresAt()} or, where there is none, the 30
 * days for which Apple keeps a notification at most. {@code apns-priority} is 10 for alerts and 5 for background notifications.
 *
 * <p><b>Payload.</b> The notification's data stands beside {@code aps}. Two keys are ours: {@code nk_id}, the request's id, and
 * {@code nk_image}, the address of the image. APNs has no key for images: the app's notification service extension reads
 * {@code nk_image}, loads it and attaches it, and {@code mutable-content} is set for it. At most 4,096 bytes in UTF-8, 5,120 for VoIP;
 * whatever is larger, and whatever else Apple would refuse, is {@link PushResponse.Rejected} before it is sent, with a reason in
 * capitals.
 *
 * <p><b>Answers</b> follow Apple's table, see {@link PushResponse}. After a 5xx Apple asks for 15 minutes of patience
 * ({@link Builder#serverErrorBackoff}). When Apple calls the provider token stale, or the signing key unrelated to its connection,
 * the connections are replaced and the answer is {@link PushResponse.Unavailable.Cause#CREDENTIAL_STALE}. When a fresh token on a
 * fresh connection is refused so too, before any push there was accepted or its device token called dead, it is
 * {@link PushResponse.Misconfigured}. What timed out or failed before it was written to a connection is {@code NOT_SENT}, and is not
 * sent later either; what was written and has no answer is {@link PushResponse.Unknown}. That includes errors without a body and
 * everything in flight when Apple says GOAWAY: pushy, the HTTP/2 client underneath, tells neither apart from a lost connection.
 *
 * <p><b>What pushy has no words for</b> ({@link ApnsOptions.PushType#WIDGETS}, {@link ApnsOptions.PushType#CONTROLS},
 * {@link ApnsOptions.Priority#NEVER_WAKE}, broadcasts on {@linkplain ApnsChannel channels}) takes a wire of our own, {@code notify-http2}, with the same credential, limits and deadlines. The first
 * such push opens it: whoever never sends one has no second connection. There errors without a body are what their status says,
 * {@code Retry-After} counts, and what is in flight at a GOAWAY still gets its answer.
 *
 * <p><b>Connections</b> are opened by the first push and kept. They are replaced, without losing what is in flight, when nothing was
 * answered for a whole attempt timeout, and when a fourth of {@link #maxInFlight()} has timed out on them: pushy cannot give back the
 * place of a push that is never answered.
 *
 * <p><b>Thread safety:</b> safe for use by many threads; no method blocks. <b>Futures</b> complete on a connection's thread or the
 * timer's: hop to your own before doing more than a little. (The client does that.) Each completes within the attempt timeout and a
 * twentieth of it, whatever Apple does. <b>Threads:</b> one per connection, at most one per processor, and a timer; all are daemons
 * named {@code notify-apns-…}; with the wire of our own one more, {@code notify-http2-…}. <b>Ownership:</b> all of it belongs to the service and ends with {@link #close()}.
 *
 * <p>Native TLS is used when {@code io.netty:netty-tcnative-boringssl-static} is on the class path.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns">Sending
 *     notification requests to APNs</a>
 * @see <a href="https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns">Handling
 *     notification responses from APNs</a>
 * @see <a href="https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns">Establishing
 *     a token-based connection to APNs</a>
 */
public final class ApnsPushService implements PushService {

    /** Apple answers within a second as a rule; 20 s leave room for a reconnection, and a lost push is found before a lane runs full. */
    public static final Duration DEFAULT_ATTEMPT_TIMEOUT = Duration.ofSeconds(20);

    /** Apple's own advice after an error 500 or 503. */
    public static final Duration DEFAULT_SERVER_ERROR_BACKOFF = Duration.ofMinutes(15);

    /** Measured: one connection carries as much as four, since fuller TLS records are cheaper. */
    public static final int DEFAULT_CONNECTIONS = 1;

    /** Apple allows about 1,000 streams on a connection. */
    public static final int DEFAULT_MAX_IN_FLIGHT = 1000;

    private final Environment environment;
    private final Endpoint endpoint;
    private final int maxInFlight;
    private final RequestEncoder encoder;
    private final InstantSource clock;
    private final Wire wire;

    private ApnsPushService(Builder b, Endpoint endpoint, Wire wire) {
        this.environment = b.environment;
        this.endpoint = endpoint;
        this.maxInFlight = b.maxInFlight;
        this.clock = b.clock;
        this.encoder = new RequestEncoder(b.environment, b.topic, b.clock);
        this.wire = wire;
    }

    /**
     * Starts with Apple's production service and no credential.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public ProviderId provider() {
        return ProviderId.APNS;
    }

    @Override
    public Environment environment() {
        return environment;
    }

    @Override
    public int maxInFlight() {
        return maxInFlight;
    }

    @Override
    public Optional<PushResponse.Rejected> check(PushRequest request) {
        Encoded.Refused refused = encoder.check(request);
        return refused == null ? Optional.empty() : Optional.of(refused.response());
    }

    @Override
    public CompletableFuture<PushResponse> push(PushRequest request) {
        Encoded encoded = encoder.encode(request);
        if (encoded instanceof Encoded.Refused refused) {
            return CompletableFuture.completedFuture(refused.response());
        }
        if (request.expiresAt().isPresent() && !request.expiresAt().get().isAfter(clock.instant())) {
            return CompletableFuture.completedFuture(new PushResponse.Rejected("EXPIRED", "expiresAt: has passed"));
        }
        return wire.send((Encoded.Ready) encoded);
    }

    /**
     * The broadcast channels of an app: to make, find and delete them.
     *
     * @param bundleId the app's bundle id, without a suffix
     * @return the channels; any number of such objects share one connection
     */
    public ApnsChannels channels(String bundleId) {
        return new ApnsChannels(wire, bundleId);
    }

    /**
     * Stops taking pushes: later ones answer {@code NOT_SENT}. Returns without waiting; open futures still complete, each within its
     * attempt timeout, and then connections and threads end. Idempotent.
     */
    @Override
    public void close() {
        wire.close();
    }

    /** How many attempts wait for their answer. */
    int open() {
        return wire.open();
    }

    /** Which generation of connections new pushes take. */
    long generation() {
        return wire.generation();
    }

    /** Which generation of connections those take that pushy has no words for; -1 before the first. */
    long generationBeyondPushy() {
        return wire.generationBeyondPushy();
    }

    /** Whether the last thread has ended after {@link #close()}. */
    boolean ended() {
        return wire.ended();
    }

    @Override
    public String toString() {
        return "ApnsPushService[" + environment + ", " + endpoint + "]";
    }

    /**
     * Builds an {@link ApnsPushService}. A credential is needed: a signing key with its key id and team id, or a client certificate.
     * Everything else has a default. Not thread-safe; may be used again after {@link #build()}.
     */
    public static final class Builder {

        private final CredentialReader credential = new CredentialReader();
        private Environment environment = Environment.PRODUCTION;
        private @Nullable String topic;
        private int connections = DEFAULT_CONNECTIONS;
        private int maxInFlight = DEFAULT_MAX_IN_FLIGHT;
        private Duration attemptTimeout = DEFAULT_ATTEMPT_TIMEOUT;
        private Duration serverErrorBackoff = DEFAULT_SERVER_ERROR_BACKOFF;
        private @Nullable String host;
        private int port = Endpoint.DEFAULT_PORT;
        private @Nullable String channelsHost;
        private @Nullable Integer channelsPort;
        private boolean allowForeignHost;
        private List<X509Certificate> trusted = List.of();
        private @Nullable Path trustedFile;
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /**
         * The signing key from the file that Apple gave out, {@code AuthKey_….p8}; read by {@link #build()}.
         *
         * @param file the file
         * @return this
         */
        public Builder signingKey(Path file) {
            Objects.requireNonNull(file, "signingKey");
            credential.signingKey(() -> CredentialReader.text(Files.newInputStream(file)));
            return this;
        }

        /**
         * The signing key from a stream, such as a class path resource; {@link #build()} opens, reads and closes it.
         *
         * @param source gives a new stream of the {@code .p8} file
         * @return this
         */
        public Builder signingKey(Supplier<? extends InputStream> source) {
            Objects.requireNonNull(source, "signingKey");
            credential.signingKey(() -> CredentialReader.text(source.get()));
            return this;
        }

        /**
         * The signing key as text, such as from a secret store; {@link #build()} asks for it.
         *
         * @param source gives the text of the {@code .p8} file, with its first and last line
         * @return this
         */
        public Builder signingKeyPem(Supplier<String> source) {
            Objects.requireNonNull(source, "signingKeyPem");
            credential.signingKey(source::get);
            return this;
        }

        /**
         * The id of the signing key.
         *
         * @param value 10 characters
         * @return this
         */
        public Builder keyId(String value) {
            credential.keyId(Objects.requireNonNull(value, "keyId"));
            return this;
        }

        /**
         * The id of the team that the signing key belongs to.
         *
         * @param value 10 characters
         * @return this
         */
        public Builder teamId(String value) {
            credential.teamId(Objects.requireNonNull(value, "teamId"));
            return this;
        }

        /**
         * A client certificate with its key, instead of a signing key; read by {@link #build()}. Apple serves fewer push types to
         * certificates than to keys.
         *
         * @param file a PKCS#12 file
         * @param password its password; may be empty
         * @return this
         */
        public Builder certificate(Path file, String password) {
            Objects.requireNonNull(file, "certificate");
            return certificate0(() -> Files.newInputStream(file), password);
        }

        /**
         * A client certificate with its key, instead of a signing key; {@link #build()} opens, reads and closes the stream.
         *
         * @param source gives a new stream of a PKCS#12 file
         * @param password its password; may be empty
         * @return this
         */
        public Builder certificate(Supplier<? extends InputStream> source, String password) {
            Objects.requireNonNull(source, "certificate");
            return certificate0(source::get, password);
        }

        private Builder certificate0(CredentialReader.Source<InputStream> source, String password) {
            credential.certificate(source, Objects.requireNonNull(password, "password"));
            return this;
        }

        /**
         * Which of Apple's worlds; {@link Environment#PRODUCTION} when not set. A token of one is a bad token in the other.
         *
         * @param value the environment
         * @return this
         */
        public Builder environment(Environment value) {
            environment = Objects.requireNonNull(value, "environment");
            return this;
        }

        /**
         * The topic of notifications that name none; each target's app id when not set.
         *
         * @param value the bundle id, without the suffix of a push type
         * @return this
         */
        public Builder topic(String value) {
            topic = Objects.requireNonNull(value, "topic");
            return this;
        }

        /**
         * How many connections are opened; {@value ApnsPushService#DEFAULT_CONNECTIONS} when not set. A second one does not make it
         * faster on a small machine, but halves what is lost with a connection.
         *
         * @param value 1 to {@value Wire#MAX_CONNECTIONS}
         * @return this
         */
        public Builder connections(int value) {
            connections = value;
            return this;
        }

        /**
         * How many pushes the client's lane may hold open here; {@value ApnsPushService#DEFAULT_MAX_IN_FLIGHT} when not set. More than
         * Apple's streams only wait in the connection's buffer.
         *
         * @param value 1 to {@value Wire#MAX_IN_FLIGHT}
         * @return this
         */
        public Builder maxInFlight(int value) {
            maxInFlight = value;
            return this;
        }

        /**
         * After how long an attempt ends without an answer; {@link ApnsPushService#DEFAULT_ATTEMPT_TIMEOUT} when not set.
         *
         * @param value 10 ms to 5 minutes
         * @return this
         */
        public Builder attemptTimeout(Duration value) {
            attemptTimeout = Objects.requireNonNull(value, "attemptTimeout");
            return this;
        }

        /**
         * How long a push waits at least after an error 500 or 503; {@link ApnsPushService#DEFAULT_SERVER_ERROR_BACKOFF} when not set.
         *
         * @param value zero or more
         * @return this
         */
        public Builder serverErrorBackoff(Duration value) {
            serverErrorBackoff = Objects.requireNonNull(value, "serverErrorBackoff");
            return this;
        }

        /**
         * Another host than Apple's, such as a simulator on this machine.
         *
         * @param value {@code localhost}, {@code 127.x.x.x} or {@code ::1}; any other name needs {@link #allowForeignHost}
         * @return this
         */
        public Builder host(String value) {
            host = Objects.requireNonNull(value, "host");
            return this;
        }

        /**
         * Another port than 443. Apple also listens on 2197.
         *
         * @param value the port
         * @return this
         */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /**
         * Another host than Apple's for the management of broadcast channels. When not set: with another {@link #host} than Apple's that one, and
         * its port; else Apple's of the environment.
         *
         * @param value as for {@link #host}
         * @return this
         */
        public Builder channelsHost(String value) {
            channelsHost = Objects.requireNonNull(value, "channelsHost");
            return this;
        }

        /**
         * Another port for the management of broadcast channels than Apple's 2196 and, in the sandbox, 2195.
         *
         * @param value the port
         * @return this
         */
        public Builder channelsPort(int value) {
            channelsPort = value;
            return this;
        }

        /**
         * Allows a host that is neither Apple's nor this machine: it will see every device token and all content. Off when not set.
         *
         * @param value true to allow it
         * @return this
         */
        public Builder allowForeignHost(boolean value) {
            allowForeignHost = value;
            return this;
        }

        /**
         * Certificates to trust instead of the JVM's. Host names are always verified.
         *
         * @param values certificates of authorities, or the server's own
         * @return this
         */
        public Builder trustedCertificates(X509Certificate... values) {
            trusted = List.of(values);
            trustedFile = null;
            return this;
        }

        /**
         * Certificates to trust instead of the JVM's; read by {@link #build()}. Host names are always verified.
         *
         * @param file certificates in PEM or DER
         * @return this
         */
        public Builder trustedCertificates(Path file) {
            trustedFile = Objects.requireNonNull(file, "trustedCertificates");
            trusted = List.of();
            return this;
        }

        Builder clock(InstantSource value) {
            clock = value;
            return this;
        }

        /**
         * Reads the credential and builds the service. The first push opens the first connection.
         *
         * @return the service; close it
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public ApnsPushService build() {
            Problems problems = new Problems("ApnsPushService");
            Credential proof = credential.read(problems);
            if (topic != null && !Topics.wellFormed(topic)) {
                problems.add("topic", "must be printable ASCII without spaces", Topics.FIX);
            }
            range(problems, "connections", connections, Wire.MAX_CONNECTIONS);
            range(problems, "maxInFlight", maxInFlight, Wire.MAX_IN_FLIGHT);
            range(problems, "port", port, 65_535);
            range(problems, "channelsPort", channelsPort == null ? 1 : channelsPort, 65_535);
            problems.require(
                    attemptTimeout.compareTo(Wire.MIN_TIMEOUT) >= 0 && attemptTimeout.compareTo(Wire.MAX_TIMEOUT) <= 0,
                    "attemptTimeout",
                    "must be " + Wire.MIN_TIMEOUT + " to " + Wire.MAX_TIMEOUT + ", is " + attemptTimeout,
                    "20 s suits Apple");
            problems.require(
                    !serverErrorBackoff.isNegative(),
                    "serverErrorBackoff",
                    "must not be negative, is " + serverErrorBackoff,
                    "Apple advises 15 minutes");
            Endpoint endpoint = new Endpoint(host == null ? Endpoint.hostOf(environment) : host, port);
            check(endpoint, "host", problems);
            Endpoint channels = channelsEndpoint(endpoint);
            if (channelsHost != null) {
                check(channels, "channelsHost", problems);
            }
            X509Certificate[] trust = trust(problems);
            problems.throwIfAny();
            Wire wire = Wire.open(
                    new WireSettings(
                            endpoint,
                            channels,
                            Objects.requireNonNull(proof),
                            List.of(trust),
                            connections,
                            maxInFlight,
                            attemptTimeout,
                            serverErrorBackoff,
                            clock),
                    problems);
            problems.throwIfAny();
            return new ApnsPushService(this, endpoint, Objects.requireNonNull(wire));
        }

        private static void range(Problems problems, String field, int value, int max) {
            problems.require(
                    value >= 1 && value <= max,
                    field,
                    "must be 1 to " + max + ", is " + value,
                    "choose one in between");
        }

        private Endpoint channelsEndpoint(Endpoint endpoint) {
            Endpoint usual = endpoint.apple() ? Endpoint.ofChannels(environment) : endpoint;
            return new Endpoint(
                    channelsHost == null ? usual.host() : channelsHost,
                    channelsPort == null ? usual.port() : channelsPort);
        }

        private void check(Endpoint endpoint, String field, Problems problems) {
            if (!Topics.wellFormed(endpoint.host())) {
                problems.add(field, "must be a host name or an IP address", "leave " + field + "() out for Apple's");
            } else if (endpoint.belongsToOther(environment)) {
                problems.add(
                        field,
                        "is Apple's host of another environment than " + environment,
                        "leave " + field + "() out");
            } else if (endpoint.foreign() && !allowForeignHost) {
                problems.add(
                        field,
                        "is neither Apple's nor this machine: device tokens and content would leave for it",
                        "leave " + field + "() out, or say allowForeignHost(true)");
            }
        }

        private X509Certificate[] trust(Problems problems) {
            if (trustedFile == null) {
                return trusted.toArray(X509Certificate[]::new);
            }
            try (InputStream in = Files.newInputStream(trustedFile)) {
                X509Certificate[] read = Credential.certificates(in);
                problems.require(read.length > 0, "trustedCertificates", "the file holds none", "PEM or DER");
                return read;
            } catch (IOException | GeneralSecurityException e) {
                problems.add(
                        "trustedCertificates",
                        "cannot be read: " + e.getClass().getSimpleName(),
                        "a readable file of X.509 certificates in PEM or DER");
                return new X509Certificate[0];
            }
        }
    }
}
