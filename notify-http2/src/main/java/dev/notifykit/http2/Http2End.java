package dev.notifykit.http2;

import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** How one request ended. */
public sealed interface Http2End {

    /** The server answered. Immutable. */
    final class Response implements Http2End {

        private final int status;
        private final Http2Headers headers;
        private final byte[] body;
        private final boolean whole;

        Response(int status, Http2Headers headers, byte[] body, boolean whole) {
            this.status = status;
            this.headers = headers;
            this.body = body;
            this.whole = whole;
        }

        /**
         * The HTTP status.
         *
         * @return 200 to 999
         */
        public int status() {
            return status;
        }

        /**
         * A header, its first value if it has several.
         *
         * @param name in lower case
         * @return the value as it came, null where there is none
         */
        public @Nullable String header(String name) {
            CharSequence value = headers.get(name);
            return value == null ? null : value.toString();
        }

        /**
         * The body, not unpacked.
         *
         * @return at most so many bytes as the client takes; not copied: not to be changed
         */
        public byte[] body() {
            return body;
        }

        /**
         * Whether the body is all of it: what is longer than the client takes is cut off, and the rest is not read.
         *
         * @return false for a part
         */
        public boolean whole() {
            return whole;
        }

        /** Shows the status only: headers and bodies may repeat what is secret. */
        @Override
        public String toString() {
            return "Response[" + status + "]";
        }
    }

    /**
     * No server has acted on it, and none will: it was never written to its end, or the server has said that it did not look at it.
     *
     * @param reason what stood in the way, in words without secrets
     * @param refused whether the server has refused it: by REFUSED_STREAM, or by a GOAWAY for an earlier stream
     */
    record Unsent(String reason, boolean refused) implements Http2End {}

    /**
     * It was written, and the answer is missing.
     *
     * @param timeout whether time ran out; else the connection or the stream was lost
     * @param reason what happened, in words without secrets
     */
    record Unknown(boolean timeout, String reason) implements Http2End {}
}
