package dev.notifykit.testkit.internal.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One request while it comes in. Bodies far beyond every vendor's limit are counted to their end, but not kept. */
public final class Request {
    private static final int KEPT_BODY = 1 << 20;
    private static final byte[] NOTHING = {};

    private final Http2Headers headers;
    private byte[] body = NOTHING;
    private long bodySize;

    /** A request of which the headers are here. */
    public Request(Http2Headers headers) {
        this.headers = headers;
    }

    void append(ByteBuf data) {
        int length = data.readableBytes();
        bodySize += length;
        if (bodySize <= KEPT_BODY) {
            int at = body.length;
            body = Arrays.copyOf(body, at + length);
            data.readBytes(body, at, length);
        }
    }

    /** All headers, the pseudo headers too. */
    public Http2Headers headers() {
        return headers;
    }

    /** One header's first value. */
    public @Nullable String header(CharSequence name) {
        CharSequence value = headers.get(name);
        return value == null ? null : value.toString();
    }

    /** The pseudo header {@code :method}; empty when missing. */
    public String method() {
        CharSequence method = headers.method();
        return method == null ? "" : method.toString();
    }

    /** The pseudo header {@code :path}; empty when missing. */
    public String path() {
        CharSequence path = headers.path();
        return path == null ? "" : path.toString();
    }

    /** Size of the body on the wire. */
    public long bodySize() {
        return bodySize;
    }

    /** The body as text; its beginning where it was too large to keep. */
    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
