package dev.notifykit.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A free stream, and then the one request that is made on it. Got from {@link Http2Client#open()}; to be {@link #send sent} or {@link #giveBack
 * given back}, one of them and once, since it counts until then. {@link #abort()} is thread-safe.
 */
public final class Http2Call {

    private static final Logger log = LoggerFactory.getLogger(Http2Call.class);
    private static final byte[] NOTHING = {};

    final Connection connection;
    private @Nullable Http2Head head;
    private byte[] body = NOTHING;
    private @Nullable Consumer<? super Http2End> end;
    private volatile boolean aborted;

    /** The call that was added to its inbox before it. */
    @Nullable
    Http2Call below;

    // From here on: of the connection's event loop alone.

    /** Its stream; 0 before there is one. */
    int stream;

    /** Its neighbours among those that wait for an answer. */
    @Nullable
    Http2Call older;

    @Nullable
    Http2Call newer;

    /** On {@link System#nanoTime()}'s scale. */
    long startedNanos;

    /** Of its last frame. */
    private @Nullable ChannelFuture written;

    private @Nullable String why;
    private boolean told;
    private boolean refused;
    private boolean late;
    private boolean answered;
    private int status;
    private @Nullable Http2Headers headers;
    private byte[] content = NOTHING;
    private int contentLength;
    private boolean cutOff;

    Http2Call(Connection connection) {
        this.connection = connection;
    }

    /**
     * Sends one request. Never blocks.
     *
     * @param request what is asked
     * @param content the body, empty for none; not copied: not to be changed
     * @param told told how it ended, exactly once: on an event loop, which must not be blocked
     */
    public void send(Http2Head request, byte[] content, Consumer<? super Http2End> told) {
        head = Objects.requireNonNull(request, "request");
        body = Objects.requireNonNull(content, "content");
        end = Objects.requireNonNull(told, "told");
        connection.begin(this);
    }

    /** Frees the stream without a request. */
    public void giveBack() {
        connection.free();
    }

    /**
     * Gives up waiting: it ends at once, {@link Http2End.Unsent} when it was not written to its end and never will be, else {@link
     * Http2End.Unknown}. No effect on one that has ended; one that was not sent yet ends as soon as it is.
     */
    public void abort() {
        aborted = true;
        connection.abort(this);
    }

    boolean isAborted() {
        return aborted;
    }

    Http2Head head() {
        return Objects.requireNonNull(head);
    }

    byte[] body() {
        return body;
    }

    /** Begun, its last frame is on its way. */
    void writing(ChannelFuture lastFrame) {
        written = lastFrame;
    }

    boolean isWriting() {
        return written != null && !written.isDone();
    }

    /** Why it may end without an answer; what is said first counts. */
    void because(String reason) {
        if (why == null) {
            why = reason;
        }
    }

    /** The server has not looked at it, and says so. */
    void refuse() {
        refused = true;
    }

    /** Nobody waits for it any longer. */
    void late() {
        late = true;
    }

    void heard(int newStatus, Http2Headers newHeaders) {
        status = newStatus;
        headers = newHeaders;
    }

    boolean hasHeard() {
        return headers != null;
    }

    /** Takes a part of the body. Answers whether there is room for more. */
    boolean heard(ByteBuf data, int most) {
        int length = Math.min(data.readableBytes(), most - contentLength);
        if (length > 0) {
            int needed = contentLength + length;
            if (content.length
                    < needed) { // mostly one frame has all of it; many small ones are not copied again and again
                int roomy = contentLength == 0 ? needed : Math.min(most, Math.max(needed, 2 * content.length));
                content = Arrays.copyOf(content, roomy);
            }
            data.getBytes(data.readerIndex(), content, contentLength, length);
            contentLength = needed;
        }
        cutOff |= length < data.readableBytes();
        return !cutOff;
    }

    /** The answer is complete, or as much of it as is taken. */
    void answered() {
        answered = headers != null;
    }

    boolean hasEnded() {
        return told;
    }

    /**
     * Tells how it ended, if that was not told before: with its answer, if it has one. What was not written to its end is unsent, and so is what
     * was refused.
     *
     * @param otherwise why it has no answer, unless that is known
     */
    void end(String otherwise) {
        String reason = why == null ? otherwise : why;
        if (answered) {
            byte[] all = content.length == contentLength ? content : Arrays.copyOf(content, contentLength);
            tell(new Http2End.Response(status, Objects.requireNonNull(headers), all, !cutOff));
        } else if (refused || written == null || (written.isDone() && !written.isSuccess())) {
            tell(new Http2End.Unsent(reason, refused));
        } else {
            tell(new Http2End.Unknown(late, reason));
        }
    }

    private void tell(Http2End how) {
        if (!told) {
            told = true;
            body = NOTHING;
            try {
                Objects.requireNonNull(end).accept(how);
            } catch (RuntimeException | Error e) {
                log.error(
                        "Whoever was told how a request ended has failed",
                        e); // the other requests are not to suffer for it
            }
        }
    }
}
