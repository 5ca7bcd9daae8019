package dev.notifykit.http2;

import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.RoundRobinDnsAddressResolverGroup;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 to one server. Opens no connection before the first {@link #open()}; has daemon threads of its own from the start, until it is closed.
 * Thread-safe; no method blocks.
 */
public final class Http2Client implements AutoCloseable {

    private static final long SHUTDOWN_SECONDS = 2;

    private final Http2ClientSettings settings;
    private final NioEventLoopGroup loops;
    private final Slots slots;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Http2Client(Http2ClientSettings settings, SslContext tls) {
        this.settings = settings;
        loops = new NioEventLoopGroup(settings.threads(), new DefaultThreadFactory("notify-http2", true));
        AddressResolverGroup<InetSocketAddress> resolver = new RoundRobinDnsAddressResolverGroup(
                NioDatagramChannel.class, DnsServerAddressStreamProviders.platformDefault());
        slots = new Slots(settings, loops, tls, resolver);
        loops.terminationFuture().addListener(ended -> {
            resolver.close();
            ReferenceCountUtil.release(tls);
        });
    }

    /**
     * Begins a client.
     *
     * @param origin {@code https}, host, and port where it is not 443
     * @return a builder
     */
    public static Builder builder(URI origin) {
        return new Builder(origin);
    }

    /**
     * How many streams there can be, on all connections together, if the server allows it.
     *
     * @return a positive number
     */
    public int maxStreams() {
        return settings.connections() * settings.streams();
    }

    /**
     * Takes a free stream.
     *
     * @return one to send a request on, or to give back; null where none is free: {@link FreeStreams} is told when it is worth asking again, unless
     *     there is an {@link #outage()}
     */
    public @Nullable Http2Call open() {
        Connection connection = closed.get() ? null : slots.take();
        return connection == null ? null : new Http2Call(connection);
    }

    /**
     * Why there are no streams, and will not be for a while.
     *
     * @return the reason, in words without secrets; null where there are connections, or one is being opened
     */
    public @Nullable String outage() {
        return closed.get() ? "the client is closed" : slots.outage();
    }

    /**
     * Whether all of it has ended: connections, threads, what TLS holds.
     *
     * @return false before {@link #close()}, and for a moment after it
     */
    public boolean isTerminated() {
        return loops.isTerminated();
    }

    /** Where it is connected to, and how many streams are taken. */
    @Override
    public String toString() {
        return "Http2Client[" + settings.host() + ":" + settings.port() + ", " + slots + "]";
    }

    /** Ends all requests and connections at once. Idempotent; returns without waiting. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            slots.close();
            Future<?> unused = loops.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Collects what a client is made of. Not thread-safe. */
    public static final class Builder {

        /** Half of the ids that a connection has: more than it needs in months, and far from their end. */
        private static final int LAST_STREAM = Integer.MAX_VALUE / 2;

        private static final int LAST_PORT = 65_535;

        private static final FreeStreams NOBODY = new FreeStreams() {
            @Override
            public void free() {
                // Whoever does not listen asks again by himself.
            }

            @Override
            public void noConnection(String reason) {
                // The same.
            }
        };

        private final URI origin;
        private int connections = 1;
        private int streams = 100;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration requestTimeout = Duration.ofSeconds(20);
        private Duration pingInterval = Duration.ofSeconds(30);
        private Duration pingTimeout = Duration.ofSeconds(10);
        private int maxBody = 64 * 1024;
        private int lastStream = LAST_STREAM;
        private int threads = 1;
        private final Set<AsciiString> changing = new HashSet<>(Set.of(Http2Head.CONTENT_LENGTH));
        private List<X509Certificate> trusted = List.of();
        private @Nullable PrivateKey clientKey;
        private List<X509Certificate> clientChain = List.of();
        private @Nullable Http2Proxy proxy;
        private FreeStreams listener = NOBODY;

        private Builder(URI origin) {
            this.origin = Objects.requireNonNull(origin, "origin");
        }

        /**
         * How many connections are kept; 1 when not set.
         *
         * @param value 1 to 1,000
         * @return this
         */
        public Builder connections(int value) {
            connections = value;
            return this;
        }

        /**
         * How many requests are made at a time on each connection, or as many as the server allows if that is less; 100 when not set.
         *
         * @param value 1 to 100,000
         * @return this
         */
        public Builder streams(int value) {
            streams = value;
            return this;
        }

        /**
         * How long it may take to open a connection, from the look-up of the name to the server's settings; 10 s when not set.
         *
         * @param value 1 ms to 10 minutes
         * @return this
         */
        public Builder connectTimeout(Duration value) {
            connectTimeout = Objects.requireNonNull(value, "connectTimeout");
            return this;
        }

        /**
         * How long a request may take, from its first byte to the end of the answer; 20 s when not set.
         *
         * @param value 1 ms to 1 hour
         * @return this
         */
        public Builder requestTimeout(Duration value) {
            requestTimeout = Objects.requireNonNull(value, "requestTimeout");
            return this;
        }

        /**
         * After how long a silence the server is asked whether it is still there; 30 s when not set.
         *
         * @param value 1 ms to 1 hour
         * @return this
         */
        public Builder pingInterval(Duration value) {
            pingInterval = Objects.requireNonNull(value, "pingInterval");
            return this;
        }

        /**
         * How long it may take to answer that; 10 s when not set. Then the connection is ended.
         *
         * @param value 1 ms to 10 minutes
         * @return this
         */
        public Builder pingTimeout(Duration value) {
            pingTimeout = Objects.requireNonNull(value, "pingTimeout");
            return this;
        }

        /**
         * How much of an answer's body is kept; 64 KB when not set. The rest is not read.
         *
         * @param bytes 0 to 16 MB
         * @return this
         */
        public Builder maxBody(int bytes) {
            maxBody = bytes;
            return this;
        }

        /** With which id a connection begins its last request, for tests. */
        Builder lastStream(int value) {
            lastStream = value;
            return this;
        }

        /**
         * How many event loops, each with a thread; 1 when not set, which is enough for some fifty thousand requests a second.
         *
         * @param value 1 to 100
         * @return this
         */
        public Builder threads(int value) {
            threads = value;
            return this;
        }

        /**
         * Which headers differ from request to request: a connection does not remember their values, for which it would
         * have to forget what all requests say. The length of the body is always one of them.
         *
         * @param names in lower case; {@code :path} for the path
         * @return this
         */
        public Builder changing(String... names) {
            Stream.of(names).map(AsciiString::of).forEach(changing::add);
            return this;
        }

        /**
         * Certificates to trust instead of the JVM's. Host names are always verified.
         *
         * @param values certificates of authorities, or the server's own; none for the JVM's
         * @return this
         */
        public Builder trusted(List<X509Certificate> values) {
            trusted = List.copyOf(values);
            return this;
        }

        /**
         * Who the client is: a certificate that it shows to a server which asks for one; none when not set.
         *
         * @param key the certificate's private key
         * @param chain the certificate first, then those that have signed it, as far as the server does not know them
         * @return this
         */
        public Builder clientCertificate(PrivateKey key, List<X509Certificate> chain) {
            clientKey = Objects.requireNonNull(key, "key");
            clientChain = List.copyOf(chain);
            return this;
        }

        /**
         * A proxy through which connections are made; none when not set.
         *
         * @param value the proxy
         * @return this
         */
        public Builder proxy(Http2Proxy value) {
            proxy = Objects.requireNonNull(value, "proxy");
            return this;
        }

        /**
         * Who is told that streams are free.
         *
         * @param value the listener
         * @return this
         */
        public Builder listener(FreeStreams value) {
            listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /**
         * Makes the client.
         *
         * @return a client; close it
         * @throws IllegalArgumentException naming every problem
         */
        public Http2Client build() {
            List<String> problems = problems();
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
            Http2ClientSettings settings = new Http2ClientSettings(
                    origin,
                    connections,
                    streams,
                    connectTimeout,
                    requestTimeout,
                    pingInterval,
                    pingTimeout,
                    maxBody,
                    lastStream,
                    threads,
                    changing,
                    trusted,
                    proxy,
                    listener);
            try {
                return new Http2Client(settings, Tls.context(trusted, clientKey, clientChain));
            } catch (SSLException
                    | IllegalArgumentException e) { // the latter where key and certificate do not belong together
                throw new IllegalArgumentException("TLS cannot be set up", e);
            }
        }

        private List<String> problems() {
            List<String> problems = new ArrayList<>();
            if (!"https".equalsIgnoreCase(origin.getScheme())
                    || origin.getHost() == null
                    || origin.getPort() > LAST_PORT) {
                problems.add("an origin is https, a host, and perhaps a port");
            }
            if (clientKey != null && clientChain.isEmpty()) {
                problems.add("a client's key has a certificate");
            }
            range(problems, "connections", connections, 1, 1_000);
            range(problems, "streams", streams, 1, 100_000);
            range(problems, "threads", threads, 1, 100);
            range(problems, "maxBody", maxBody, 0, 16 * 1024 * 1024);
            range(problems, "connectTimeout", connectTimeout, Duration.ofMinutes(10));
            range(problems, "requestTimeout", requestTimeout, Duration.ofHours(1));
            range(problems, "pingInterval", pingInterval, Duration.ofHours(1));
            range(problems, "pingTimeout", pingTimeout, Duration.ofMinutes(10));
            return problems;
        }

        private static void range(List<String> problems, String what, int value, int least, int most) {
            if (value < least || value > most) {
                problems.add(what + " is " + least + " to " + most + ", not " + value);
            }
        }

        private static void range(List<String> problems, String what, Duration value, Duration most) {
            if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(most) > 0) {
                problems.add(what + " is 1 ms to " + most + ", not " + value);
            }
        }
    }
}
