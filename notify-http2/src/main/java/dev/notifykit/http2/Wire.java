package dev.notifykit.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection as its event loop sees it: begins calls, hears their answers, gives up what is late, and notices when nobody is there any more. */
@SuppressWarnings("FutureReturnValueIgnored") // a write fails with its connection, and that is heard of
final class Wire extends Http2ConnectionHandler {

    private static final Logger log = LoggerFactory.getLogger(Wire.class);

    /** Whoever ends a connection that nobody has used for so long only tidies up. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Connection shared;
    private final Http2ClientSettings settings;
    private final WireWatcher watcher;
    private final Http2Connection.PropertyKey callOf;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Deadlines deadlines;
    private @Nullable ScheduledFuture<?> look;
    private String lost = "the connection was lost";
    private boolean heardSettings;
    private boolean leaving;
    private boolean begun;
    private boolean answered;
    private boolean pinged;
    private final long bornNanos = System.nanoTime();
    private long readNanos = bornNanos;

    Wire(
            Connection shared,
            Http2ClientSettings settings,
            WireWatcher watcher,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings initial) {
        super(decoder, encoder, initial);
        this.shared = shared;
        this.settings = settings;
        this.watcher = watcher;
        callOf = connection().newKey();
        connection().addListener(new Streams());
        decoder.frameListener(new Frames());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        deadlines = new Deadlines(
                ctx.channel().eventLoop(),
                settings.requestTimeout().toNanos(),
                call -> giveUp(call, "no answer in time"));
        super.handlerAdded(ctx);
    }

    /** Whether the server has said its settings. */
    boolean isReady() {
        return heardSettings;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not in a pipeline");
    }

    private Deadlines deadlines() {
        return Objects.requireNonNull(deadlines, "not in a pipeline");
    }

    /** Begins calls, each of which knows the next, and sends them together. */
    void beginAll(@Nullable Http2Call first) {
        Http2Call call = first;
        while (call != null) {
            Http2Call next = call.below;
            call.below = null;
            try {
                begin(call);
            } catch (RuntimeException | Error e) {
                log.error("A request could not be begun", e); // those behind it are not to suffer for it
                fail(call);
            }
            call = next;
        }
        flush(context());
    }

    private void begin(Http2Call call) {
        ChannelHandlerContext ctx = context();
        if (call.isAborted()) {
            shared.free();
            call.end("given up");
            return;
        }
        if (leaving || !ctx.channel().isActive() || !connection().local().canOpenStream()) {
            shared.free();
            call.end(leaving || ctx.channel().isActive() ? "the connection takes no more requests" : lost);
            return;
        }
        begun = true;
        call.stream = connection().local().incrementAndGetNextStreamId();
        call.startedNanos = System.nanoTime();
        byte[] body = call.body();
        ChannelFuture head = encoder()
                .writeHeaders(
                        ctx, call.stream, call.head().headers(body.length), 0, body.length == 0, ctx.newPromise());
        Http2Stream stream = connection().stream(call.stream);
        if (stream == null) { // refused by our own side: nothing was written
            call.writing(head);
            shared.free();
            call.end("no stream could be opened");
            return;
        }
        stream.setProperty(callOf, call);
        deadlines().add(call);
        call.writing(
                body.length == 0
                        ? head
                        : encoder()
                                .writeData(ctx, call.stream, Unpooled.wrappedBuffer(body), 0, true, ctx.newPromise()));
        if (call.stream >= settings.lastStream()) {
            leave("its streams are used up");
        }
    }

    private void fail(Http2Call call) {
        Http2Stream stream = call.stream == 0 ? null : connection().stream(call.stream);
        if (stream != null && call.equals(stream.getProperty(callOf))) {
            giveUp(call, "it could not be begun");
        } else if (!call.hasEnded()) {
            shared.free();
            call.end("it could not be begun");
        }
    }

    /** No effect on what has ended. */
    void abort(Http2Call call) {
        if (call.stream != 0 && !call.hasEnded()) {
            giveUp(call, "given up");
        }
    }

    /**
     * The place of a call is free when the server was told; the call does not wait for that. What waits behind a closed window is thrown away by the
     * reset, and so is unsent; what has gone to the socket may still arrive.
     */
    private void giveUp(Http2Call call, String reason) {
        deadlines().remove(call);
        call.late();
        call.because(reason);
        resetStream(context(), call.stream, Http2Error.CANCEL.code(), context().newPromise());
        flush(context());
        call.end(reason);
        if (isSilentSince(call.startedNanos)) {
            leaveSilence(call.startedNanos);
            watcher.silent(call.startedNanos);
        }
    }

    private boolean isSilentSince(long nanos) {
        return heardSettings && readNanos - nanos < 0;
    }

    /** A network box that forgets a connection says so to nobody: no new request goes where nothing was heard since then. */
    void leaveSilence(long sinceNanos) {
        if (isSilentSince(sinceNanos)) {
            leave("nothing is heard from the server");
        }
    }

    /** Takes no new streams; ends when those that are open have ended. */
    void leave(String reason) {
        if (!leaving) {
            leaving = true;
            shared.admit(this, 0);
            watcher.leaving(reason);
        }
        endIfDone();
    }

    private void endIfDone() {
        if (leaving && connection().numActiveStreams() == 0) {
            context().channel().close();
        }
    }

    /** Ends at once, with all its calls. No effect while there is no connection yet. */
    void end(String reason) {
        lost = reason;
        if (context != null) {
            context.channel().close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        readNanos = System.nanoTime();
        pinged = false;
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        leaving = true;
        shared.admit(this, 0);
        if (look != null) {
            look.cancel(false);
        }
        super.channelInactive(ctx); // ends all streams, and so all calls
        deadlines().close();
        boolean idle = heardSettings && !begun && System.nanoTime() - bornNanos > IDLE_NANOS;
        watcher.gone(lost, answered || idle);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        lost = "the connection broke: " + cause.getClass().getSimpleName();
        if (cause instanceof Http2Exception || cause.getCause() instanceof Http2Exception) {
            super.exceptionCaught(ctx, cause);
        } else {
            ctx.close();
        }
    }

    private void watchSilence(long millis) {
        look = context().channel().eventLoop().schedule(this::lookForLife, millis, TimeUnit.MILLISECONDS);
    }

    /** Whoever has said nothing for long is asked; whoever has said nothing since then is dead. */
    private void lookForLife() {
        long interval = settings.pingInterval().toMillis();
        long silent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - readNanos);
        if (pinged) {
            end("the server does not answer a ping");
        } else if (silent >= interval) {
            pinged = true;
            encoder().writePing(context(), false, readNanos, context().newPromise());
            flush(context());
            watchSilence(settings.pingTimeout().toMillis());
        } else {
            watchSilence(interval - silent);
        }
    }

    private void admit() {
        shared.admit(
                this,
                leaving ? 0 : Math.min(settings.streams(), connection().local().maxActiveStreams()));
    }

    private @Nullable Http2Call call(int streamId) {
        Http2Stream stream = connection().stream(streamId);
        return stream == null ? null : stream.getProperty(callOf);
    }

    /** What becomes of streams, whoever ended them. */
    private final class Streams extends Http2ConnectionAdapter {

        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2Call call = stream.getProperty(callOf);
            if (call == null) {
                return;
            }
            if (connection().goAwayReceived()
                    && stream.id() > connection().local().lastStreamKnownByPeer()) {
                call.refuse();
                call.because("the server goes away, and has not looked at it");
            }
            deadlines().remove(call);
            shared.free();
            call.end(lost);
            endIfDone();
        }

        @Override
        public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
            leave("the server goes away: " + Http2Error.valueOf(errorCode));
        }
    }

    /** What the server says. */
    private final class Frames extends Http2FrameAdapter {

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings newSettings) {
            admit();
            if (!heardSettings) {
                heardSettings = true;
                watchSilence(settings.pingInterval().toMillis());
                watcher.ready();
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream) {
            onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
            Http2Call call = call(streamId);
            if (call == null) {
                return;
            }
            if (!call.hasHeard()) {
                int status = status(headers);
                if (status >= 200) {
                    call.heard(status, headers);
                }
            }
            if (endOfStream) {
                complete(call, true);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
            Http2Call call = call(streamId);
            if (call != null && !call.hasEnded()) {
                if (!call.heard(data, settings.maxBody()) || endOfStream) {
                    complete(call, endOfStream);
                }
            }
            return data.readableBytes() + padding;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            Http2Call call = call(streamId);
            if (call != null) {
                if (errorCode == Http2Error.REFUSED_STREAM.code()) {
                    call.refuse();
                }
                call.because("the server reset the stream: " + Http2Error.valueOf(errorCode));
            }
        }

        private int status(Http2Headers headers) {
            CharSequence status = headers.status();
            if (status == null || status.length() != 3) {
                return 0;
            }
            int number = 0;
            for (int i = 0; i < 3; i++) { // no stream: every answer comes by
                int digit = status.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return 0;
                }
                number = 10 * number + digit;
            }
            return number;
        }

        /** Where both sides have said all, the stream ends by itself; where one would go on, it is ended. */
        private void complete(Http2Call call, boolean serverIsDone) {
            answered = true;
            call.answered();
            call.because("an answer without a status");
            if (!serverIsDone || call.isWriting()) {
                resetStream(
                        context(),
                        call.stream,
                        Http2Error.CANCEL.code(),
                        context().newPromise());
                flush(context());
                call.end(lost);
            }
        }
    }
}
