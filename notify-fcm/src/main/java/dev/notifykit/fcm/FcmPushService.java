package dev.notifykit.fcm;

import dev.notifykit.fcm.MessageEncoder.Encoding;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushService;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Firebase Cloud Messaging for one Firebase project, over the HTTP v1 API.
 *
 * <pre>{@code
 * PushService fcm = FcmPushService.builder()
 *         .serviceAccount(Path.of("service-account.json"))
 *         .build();
 * fcm.push(PushRequest.of(Target.fcm("com.acme.app", token), Notification.alert("Hello", "from FCM")));
 * }</pre>
 *
 * <p><b>Thread safety:</b> all methods may be called from any thread; none blocks but {@link Builder#build()}. A returned future
 * completes on a thread of this service, with {@link FcmTransport#http2()} the network's own: what hangs on it must not block, or runs elsewhere
 * ({@code thenAcceptAsync}). A {@code PushClient} sees to that.
 * <b>Ends:</b> every future completes within the attempt timeout (default {@link #DEFAULT_ATTEMPT_TIMEOUT}), which covers waiting for an
 * access token, for a connection and for the answer. <b>Re-sending:</b> never; a request reaches the wire at most once, also when
 * a connection breaks. <b>Bound:</b> {@link #maxInFlight()} = 100 streams (FCM's limit per connection) on each of
 * {@link Builder#connections} connections. Lanes of several apps may share one service: up to four times as many requests wait for
 * their turn here, what comes on top is answered {@link PushResponse.Unavailable}. <b>Closing:</b> {@link #close()} ends
 * what is open: surely unsent or unknown, each as it is.
 *
 * <h2>Address</h2>
 * A registration token, or a Firebase installation id: see {@link FcmAddress}.
 *
 * <h2>What becomes of a notification</h2>
 * <table>
 * <caption>Fields</caption>
 * <tr><th>Here</th><th>At FCM</th></tr>
 * <tr><td>title, body, image</td><td>{@code notification.title/body/image}; texts by key: {@code android.notification.title_loc_key} …</td></tr>
 * <tr><td>subtitle, thread</td><td>left out: Android has neither. An alert with a subtitle alone is rejected</td></tr>
 * <tr><td>badge</td><td>{@code android.notification.notification_count}; 0 is left out, Android would count up</td></tr>
 * <tr><td>sound, category</td><td>{@code android.notification.sound, click_action}</td></tr>
 * <tr><td>data</td><td>{@code data}; the keys {@code from}, {@code message_type}, {@code google…}, {@code gcm…} are FCM's own and
 * rejected</td></tr>
 * <tr><td>alert / background</td><td>{@code android.priority} HIGH / NORMAL; a background notification has data only</td></tr>
 * <tr><td>collapse id of an alert, else the request's id</td><td>{@code android.notification.tag}: the later one replaces the earlier on the
 * screen. Not {@code collapse_key}: a device has four of them, what exceeds them is lost while it is away, and FCM slows collapsible
 * messages down to one in three minutes</td></tr>
 * <tr><td>collapse id of a background notification</td><td>{@code android.collapse_key}: use few different ones</td></tr>
 * <tr><td>the request's id, unless {@code stableId(false)}</td><td>{@code data.nk_id}</td></tr>
 * <tr><td>expiresAt</td><td>{@code android.ttl} in whole seconds, at most four weeks; absent when not set</td></tr>
 * <tr><td>{@link FcmOptions}</td><td>as named there; they go before the above</td></tr>
 * </table>
 * Keys and values of data and notification have {@value MessageEncoder#MAX_PAYLOAD} bytes of UTF-8 at most, the stable id included; more
 * is rejected before anything is sent.
 *
 * <h2>What the answers mean</h2>
 * <table>
 * <caption>Answers</caption>
 * <tr><th>FCM says</th><th>{@link PushResponse}</th></tr>
 * <tr><td>UNREGISTERED; INVALID_ARGUMENT with the one text that names the token</td><td>{@code TokenInvalid}</td></tr>
 * <tr><td>any other INVALID_ARGUMENT, 404 without a code, other 4xx</td><td>{@code Rejected}</td></tr>
 * <tr><td>SENDER_ID_MISMATCH</td><td>{@code Rejected}, {@code wrongTarget}</td></tr>
 * <tr><td>QUOTA_EXCEEDED, 429</td><td>{@code Throttled}: device, topic or sender; {@code Retry-After}, else 60 s</td></tr>
 * <tr><td>500, 503</td><td>{@code Unknown}: such messages have been delivered</td></tr>
 * <tr><td>THIRD_PARTY_AUTH_ERROR</td><td>{@code Unavailable} for ten minutes: the project's APNs key is bad, Android is not
 * concerned</td></tr>
 * <tr><td>401</td><td>{@code Unavailable} with a fresh access token to come; again with that: {@code Misconfigured}</td></tr>
 * <tr><td>403 without a code; Google refuses the credentials</td><td>{@code Misconfigured}</td></tr>
 * <tr><td>no connection, stream refused</td><td>{@code Unavailable}: surely not sent</td></tr>
 * <tr><td>timeout or lost connection after the first byte</td><td>{@code Unknown}</td></tr>
 * </table>
 * What is worth another attempt says to wait at least {@link Builder#minimumBackoff}.
 *
 * <h2>Logging</h2>
 * Through SLF4J, never with a token, payload or key.
 *
 * @see <a href="https://firebase.google.com/docs/cloud-messaging/send/v1-api">FCM: send with HTTP v1</a>
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send">FCM: messages.send</a>
 * @see <a href="https://firebase.google.com/docs/cloud-messaging/scale-fcm">FCM: best practices at scale</a>
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode">FCM: ErrorCode</a>
 */
public final class FcmPushService implements PushService {

    /** 500 in flight: 5,000 messages a second at 100 ms an answer, half of a project's quota. OkHttp holds a thread for each. */
    public static final int DEFAULT_CONNECTIONS = 5;

    /** FCM's quota of 600,000 messages a minute fills ten at 100 ms an answer; six times that leaves room for slow days and larger quotas. */
    public static final int MAX_CONNECTIONS = 64;

    /** FCM asks for at least 10 s before a request is taken for lost. */
    public static final Duration DEFAULT_ATTEMPT_TIMEOUT = Duration.ofSeconds(20);

    /** FCM: "wait at least 10 seconds before a retry". */
    public static final Duration DEFAULT_MINIMUM_BACKOFF = Duration.ofSeconds(10);

    private final FcmEngine engine;
    private final AtomicBoolean closed = new AtomicBoolean();

    FcmPushService(FcmEngine engine) {
        this.engine = engine;
    }

    /**
     * Starts a service without credentials.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** {@link ProviderId#FCM}. */
    @Override
    public ProviderId provider() {
        return ProviderId.FCM;
    }

    /** 100 on each connection. */
    @Override
    public int maxInFlight() {
        return engine.transport().maxInFlight();
    }

    @Override
    public CompletableFuture<PushResponse> push(PushRequest request) {
        if (closed.get()) {
            return CompletableFuture.completedFuture(AccessTokens.closedResponse());
        }
        Encoding encoding = engine.encoder().encode(request);
        if (encoding instanceof Encoding.Refused refused) {
            return CompletableFuture.completedFuture(refused.response());
        }
        return new Attempt(engine, request, ((Encoding.Body) encoding).json()).start();
    }

    @Override
    public Optional<Rejected> check(PushRequest request) {
        return engine.encoder().check(request) instanceof Rejected rejected ? Optional.of(rejected) : Optional.empty();
    }

    /**
     * Ends all open pushes: with {@link PushResponse.Unavailable} where nothing was sent, else with {@link PushResponse.Unknown}. Threads
     * and connections end on a thread of their own. What the host has handed in stays the host's.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            engine.close();
        }
    }

    /** Names nothing that is secret. */
    @Override
    public String toString() {
        return "FcmPushService[" + engine.projectId() + "]";
    }

    /** Builds a {@link FcmPushService}. Not thread-safe. */
    public static final class Builder {

        private final Settings settings = new Settings();

        private Builder() {}

        /**
         * The key file of a service account; read by {@link #build()}, and again after Google has refused it.
         *
         * @param file the JSON file from the Firebase console
         * @return this
         */
        public Builder serviceAccount(Path file) {
            Objects.requireNonNull(file, "file");
            settings.credentials(hosts -> CredentialSource.path(file, hosts.allowed(), hosts.transport()));
            return this;
        }

        /**
         * The key file of a service account; read once, by {@link #build()}. The host closes the stream.
         *
         * @param json the JSON from the Firebase console
         * @return this
         */
        public Builder serviceAccount(InputStream json) {
            Objects.requireNonNull(json, "json");
            settings.credentials(hosts -> CredentialSource.stream(json, hosts.allowed(), hosts.transport()));
            return this;
        }

        /**
         * The key file of a service account; asked for by {@link #build()}, and again after Google has refused what was there, so that an
         * exchanged key is taken up without a restart. Streams it gives are closed here.
         *
         * @param json gives the JSON from the Firebase console; may block
         * @return this
         */
        public Builder serviceAccount(Supplier<? extends InputStream> json) {
            Objects.requireNonNull(json, "json");
            settings.credentials(hosts -> CredentialSource.supplier(json, hosts.allowed(), hosts.transport()));
            return this;
        }

        /**
         * Google's application default credentials: {@code GOOGLE_APPLICATION_CREDENTIALS}, gcloud, or the machine's own account. Looked
         * up by {@link #build()}, which may ask the metadata server.
         *
         * @return this
         * @see <a href="https://cloud.google.com/docs/authentication/application-default-credentials">Google: application default
         *     credentials</a>
         */
        public Builder applicationDefaultCredentials() {
            settings.credentials(hosts -> CredentialSource.applicationDefault());
            return this;
        }

        /**
         * Credentials of the host's own making.
         *
         * @param supplier hands them out; asked by {@link #build()}, and again after Google has refused them
         * @return this
         */
        public Builder credentials(FcmCredentialsSupplier supplier) {
            Objects.requireNonNull(supplier, "supplier");
            settings.credentials(hosts -> CredentialSource.google(supplier));
            return this;
        }

        /**
         * The Firebase project; the one that the credentials name when not set.
         *
         * @param value the project's id, not its number or display name
         * @return this
         */
        public Builder projectId(String value) {
            settings.projectId = Objects.requireNonNull(value, "projectId");
            return this;
        }

        /**
         * How many HTTP/2 connections; {@value FcmPushService#DEFAULT_CONNECTIONS} when not set. Each carries 100 requests at a time. They
         * are opened as traffic asks for them, each by one request while others wait for it.
         *
         * @param value 1 to {@value FcmPushService#MAX_CONNECTIONS}
         * @return this
         */
        public Builder connections(int value) {
            settings.connections = value;
            return this;
        }

        /**
         * How long one push may take, from waiting for an access token to the end of the answer;
         * {@link FcmPushService#DEFAULT_ATTEMPT_TIMEOUT} when not set. FCM asks for at least 10 s.
         *
         * @param value 10 ms to 5 minutes
         * @return this
         */
        public Builder attemptTimeout(Duration value) {
            settings.attemptTimeout = Objects.requireNonNull(value, "attemptTimeout");
            return this;
        }

        /**
         * The shortest wait that is asked for after an error of FCM, whatever its {@code Retry-After};
         * {@link FcmPushService#DEFAULT_MINIMUM_BACKOFF} when not set. Shorter is for tests and demonstrations.
         *
         * @param value zero to one hour
         * @return this
         * @see <a href="https://firebase.google.com/docs/cloud-messaging/scale-fcm">FCM: best practices at scale</a>
         */
        public Builder minimumBackoff(Duration value) {
            settings.minimumBackoff = Objects.requireNonNull(value, "minimumBackoff");
            return this;
        }

        /**
         * Has FCM check every message and deliver none ({@code validate_only}); off when not set.
         *
         * @param value true for a dry run
         * @return this
         */
        public Builder dryRun(boolean value) {
            settings.dryRun = value;
            return this;
        }

        /**
         * Another address than {@code https://fcm.googleapis.com}, such as a simulator on this machine.
         *
         * @param value scheme, host and port; a host that is neither Google's nor this machine needs {@link #allowForeignHost}
         * @return this
         */
        public Builder baseUri(URI value) {
            settings.baseUri = Objects.requireNonNull(value, "baseUri");
            return this;
        }

        /**
         * Allows hosts that are neither Google's nor this machine, for FCM and for the {@code token_uri} of the key file: they will see
         * all device tokens and content, and signed requests for access tokens. Off when not set.
         *
         * @param value true to allow them
         * @return this
         */
        public Builder allowForeignHost(boolean value) {
            settings.allowForeignHost = value;
            return this;
        }

        /**
         * Certificates to trust instead of the JVM's, for FCM and for the token endpoint. Host names are always verified.
         *
         * @param values certificates of authorities, or the server's own
         * @return this
         */
        public Builder trustedCertificates(X509Certificate... values) {
            settings.trusted = List.of(values);
            settings.trustedFile = null;
            return this;
        }

        /**
         * Certificates to trust instead of the JVM's; read by {@link #build()}. Host names are always verified.
         *
         * @param file certificates in PEM or DER
         * @return this
         */
        public Builder trustedCertificates(Path file) {
            settings.trustedFile = Objects.requireNonNull(file, "trustedCertificates");
            settings.trusted = List.of();
            return this;
        }

        /**
         * What carries requests to FCM; {@link FcmTransport#okHttp()} when not set.
         *
         * @param value makes the transport
         * @return this
         */
        public Builder transport(FcmTransport.Factory value) {
            settings.transport = Objects.requireNonNull(value, "transport");
            return this;
        }

        /** How long a failed token request is not repeated, at first; tests cannot wait for a second. */
        Builder tokenBackoff(Duration value) {
            settings.tokenBackoff = value;
            return this;
        }

        /**
         * Reads the credentials and builds the service; no connection to FCM is opened before the first push, and no access token
         * is asked for. May block on files, and with application default credentials on the network.
         *
         * @return the service; close it
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public FcmPushService build() {
            return settings.open();
        }
    }
}
