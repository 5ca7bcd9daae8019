package dev.notifykit.http2.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A request that has come to its end; of its connection's event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what comes later needs no answer
public final class Request {

    private final PeerConnection connection;
    private final int stream;
    private final Http2Headers headers;
    private final ByteBuf body = Unpooled.buffer();

    Request(PeerConnection connection, int stream, Http2Headers headers) {
        this.connection = connection;
        this.stream = stream;
        this.headers = headers;
    }

    void add(ByteBuf data) {
        body.writeBytes(data, data.readerIndex(), data.readableBytes());
    }

    public PeerConnection connection() {
        return connection;
    }

    public int stream() {
        return stream;
    }

    public String id() {
        return String.valueOf(headers.get("id"));
    }

    public Http2Headers headers() {
        return headers;
    }

    public String body() {
        return body.toString(StandardCharsets.UTF_8);
    }

    public void answer(int status, String text) {
        if (connection.answers(this)) {
            connection.headers(stream, new DefaultHttp2Headers().status(Integer.toString(status)), false);
            connection.data(stream, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), true);
        }
    }

    public void answerWithoutBody(int status) {
        if (connection.answers(this)) {
            connection.headers(
                    stream,
                    new DefaultHttp2Headers().status(Integer.toString(status)).add("retry-after", "7"),
                    true);
        }
    }

    /** As far as the client lets it. */
    public void answerWith(int bytes) {
        if (connection.answers(this)) {
            connection.headers(stream, new DefaultHttp2Headers().status("200"), false);
            connection.data(stream, Unpooled.wrappedBuffer(new byte[bytes]), true);
        }
    }

    public void later(long millis, Runnable task) {
        connection.context().executor().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    public void reset(Http2Error error) {
        connection.reset(stream, error);
    }
}
