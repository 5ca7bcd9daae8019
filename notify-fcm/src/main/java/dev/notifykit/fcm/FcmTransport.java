package dev.notifykit.fcm;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The wire below {@link FcmPushService}: carries one POST to FCM and tells how it ended. A host only chooses one, with
 * {@link FcmPushService.Builder#transport}; the default is {@link #okHttp()}.
 *
 * <p><b>Which one.</b> Both keep every promise of this library: a request goes out at most once for each attempt, and what is said of its end is
 * true. {@link #okHttp()} needs nothing but what {@code notify-fcm} brings; each request in flight holds a thread, a virtual one from Java 24 on.
 * {@link #http2()} needs {@code notify-http2}, and with it netty, which {@code notify-apns} brings anyhow. It holds no thread for a request, so that
 * large fan-outs cost a fraction of the CPU. It also knows more of what went wrong, so that less is called
 * {@link Outcome.Unknown unknown}, and less may arrive twice:
 *
 * <ul>
 *   <li>it sends nothing before the server has said its settings; OkHttp does, and cannot know what became of it;
 *   <li>when the server lowers its limit of streams, requests wait for one; OkHttp opens a connection for each that finds none, and may lose some;
 *   <li>what waited for the server's flow control and was given up was never sent whole, and is unsent; OkHttp calls it unknown;
 *   <li>of an endless answer it takes in no more than is kept of it ({@value Outcome.Response#MAX_BODY} bytes, and the server's window); OkHttp up
 *       to 16 MB.
 * </ul>
 *
 * OkHttp in turn takes the status for the answer where the connection breaks within an error's body, which {@link #http2()} calls unknown, and
 * uses the proxy that is set for the JVM; {@link #http2()} connects directly.
 *
 * <p><b>For implementors.</b> All methods are called from many threads and never block. A request is put on the wire at most once,
 * whatever happens: no retry, no redirect, no replay on a new connection. Every exchange ends exactly once, and its end may be reported on any
 * thread, the network's too, and within {@link #post} itself.
 */
public interface FcmTransport extends AutoCloseable {

    /**
     * How many exchanges may be open at once.
     *
     * @return a positive number
     */
    int maxInFlight();

    /**
     * Starts one POST of JSON.
     *
     * @param path the absolute path, ready for the wire
     * @param bearer the access token; never to be logged
     * @param body the JSON; not changed by anybody
     * @param end told how it ended, exactly once
     * @return the open exchange
     */
    Exchange post(String path, String bearer, byte[] body, Consumer<Outcome> end);

    /**
     * Ends all exchanges at once, lets go of connections on a thread of its own, and refuses new ones with {@link Outcome.Unsent}.
     * Idempotent; returns without waiting.
     */
    @Override
    void close();

    /** One open POST. */
    interface Exchange {

        /**
         * Gives up waiting: the exchange ends at once, {@link Outcome.Unsent} when no byte of it was written and none will be,
         * else {@link Outcome.Unknown}. No effect on one that has ended.
         */
        void abort();

        /**
         * Whether it ends by itself within the {@link Settings#attemptTimeout() attempt timeout}, so that nobody else has to watch it.
         *
         * @return false, unless the transport says otherwise
         */
        default boolean endsInTime() {
            return false;
        }
    }

    /** How one POST ended. */
    sealed interface Outcome {

        /** The server answered. */
        final class Response implements Outcome {

            /** FCM's bodies have a few hundred bytes; what is longer is cut off here. */
            public static final int MAX_BODY = 64 * 1024;

            private final int status;
            private final @Nullable String contentType;
            private final @Nullable String retryAfter;
            private final byte[] body;

            /**
             * An answer.
             *
             * @param status the HTTP status
             * @param contentType the header as it came, if any
             * @param retryAfter the header as it came, if any
             * @param body at most {@value #MAX_BODY} bytes of the body; not copied, and not changed by anybody
             */
            public Response(int status, @Nullable String contentType, @Nullable String retryAfter, byte[] body) {
                this.status = status;
                this.contentType = contentType;
                this.retryAfter = retryAfter;
                this.body = body;
            }

            int status() {
                return status;
            }

            @Nullable
            String contentType() {
                return contentType;
            }

            @Nullable
            String retryAfter() {
                return retryAfter;
            }

            byte[] body() {
                return body;
            }

            /** Shows the status only: a body may repeat the token. */
            @Override
            public String toString() {
                return "Response[" + status + "]";
            }
        }

        /**
         * No server has acted on it: no connection, no stream, refused before it was read, aborted in time.
         *
         * @param reason what stood in the way, in words without secrets
         * @param refused whether there was a connection, and it did not take the request
         */
        record Unsent(String reason, boolean refused) implements Outcome {

            /**
             * Without a connection.
             *
             * @param reason what stood in the way, in words without secrets
             */
            public Unsent(String reason) {
                this(reason, false);
            }
        }

        /**
         * It was written, wholly or in part, and the answer is missing.
         *
         * @param timeout whether time ran out; else the connection or stream was lost
         * @param reason what happened, in words without secrets
         */
        record Unknown(boolean timeout, String reason) implements Outcome {}
    }

    /**
     * What every transport is told by the service that owns it.
     *
     * @param baseUri scheme, host and port
     * @param connections how many connections to keep
     * @param attemptTimeout how long one attempt may take
     * @param trusted the certificates to trust instead of the JVM's; empty for the JVM's
     * @param executor for what may block
     */
    record Settings(
            URI baseUri, int connections, Duration attemptTimeout, List<X509Certificate> trusted, Executor executor) {

        /** Copies the certificates. */
        public Settings {
            Objects.requireNonNull(baseUri, "baseUri");
            Objects.requireNonNull(attemptTimeout, "attemptTimeout");
            Objects.requireNonNull(executor, "executor");
            trusted = List.copyOf(trusted);
        }
    }

    /** Makes the transport when a service is built. */
    @FunctionalInterface
    interface Factory {

        /**
         * Makes a transport; the service closes it.
         *
         * @param settings what the service knows
         * @return a new transport, which opens no connection before the first request
         */
        FcmTransport open(Settings settings);
    }

    /**
     * The default: HTTP/2 on OkHttp, {@value OkHttpTransport#STREAMS_PER_CONNECTION} requests at a time on each connection, and a thread for each
     * of them. For hosts that do without netty, and do not send much.
     *
     * @return the factory
     */
    static Factory okHttp() {
        return OkHttpTransport::new;
    }

    /**
     * HTTP/2 on netty, without a thread for each request: for hosts that send much, or have netty anyhow, as with {@code notify-apns}. {@value
     * Http2Transport#STREAMS_PER_CONNECTION} requests at a time on each connection, or as many as the server allows if that is less. One
     * thread for the network, and a few on which ends are told. TLS is native where {@code netty-tcnative} is on the class path, else the JDK's.
     *
     * <p>Needs {@code notify-http2} on the class path: without it, this call fails with a {@link NoClassDefFoundError}.
     *
     * @return the factory
     */
    static Factory http2() {
        return Http2Transport::new;
    }
}
