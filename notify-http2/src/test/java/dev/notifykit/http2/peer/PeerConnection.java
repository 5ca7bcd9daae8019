package dev.notifykit.http2.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection of the {@link Peer}. Its methods are for its event loop, but for those that say otherwise. */
@SuppressWarnings("FutureReturnValueIgnored") // a write fails with its connection
public final class PeerConnection extends Http2ConnectionHandler {

    private final Peer peer;
    private final Map<Integer, Request> requests = new HashMap<>();
    private @Nullable ChannelHandlerContext context;
    private int count;
    private int lastStream = Integer.MAX_VALUE;
    private boolean windowKept;

    private PeerConnection(
            Peer peer, Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        super(decoder, encoder, settings);
        this.peer = peer;
        decoder.frameListener(new Frames());
    }

    static PeerConnection of(Peer peer, Http2Settings settings) {
        return new Builder(peer, settings).build();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
        peer.added(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        peer.removed(this);
        super.channelInactive(ctx);
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    /** Requests that have begun on it. */
    public int count() {
        return count;
    }

    /** Any thread. */
    public void run(Runnable task) {
        context().executor().execute(task);
    }

    /** Any thread. */
    public void streams(int most) {
        settings(new Http2Settings().maxConcurrentStreams(most));
    }

    /** Any thread. */
    public void settings(Http2Settings changed) {
        run(() -> {
            encoder().writeSettings(context(), changed, context().newPromise());
            flush(context());
        });
    }

    /** Requests on later streams are not looked at, whatever the script says. */
    public void goAway(int newLastStream, Http2Error error) {
        lastStream = Math.min(lastStream, newLastStream);
        encoder()
                .writeGoAway(
                        context(),
                        lastStream,
                        error.code(),
                        Unpooled.EMPTY_BUFFER,
                        context().newPromise());
        flush(context());
    }

    /** Without a word. */
    public void kill() {
        context().channel().unsafe().close(context().channel().voidPromise());
    }

    /** Any thread: reads no further byte, and so answers no ping. */
    public void deafen() {
        run(() -> context().channel().config().setAutoRead(false));
    }

    /** Any thread: lets the client send what its window has, and no more. */
    public void keepWindow() {
        run(() -> windowKept = true);
    }

    boolean answers(Request request) {
        if (request.stream() > lastStream || !context().channel().isActive()) {
            return false;
        }
        peer.answers(request);
        return true;
    }

    void headers(int stream, Http2Headers headers, boolean end) {
        encoder().writeHeaders(context(), stream, headers, 0, end, context().newPromise());
        flush(context());
    }

    void data(int stream, ByteBuf data, boolean end) {
        encoder().writeData(context(), stream, data, 0, end, context().newPromise());
        flush(context());
    }

    void reset(int stream, Http2Error error) {
        encoder().writeRstStream(context(), stream, error.code(), context().newPromise());
        flush(context());
    }

    private final class Frames extends Http2FrameAdapter {

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
            count++;
            Request request = new Request(PeerConnection.this, streamId, headers);
            if (endOfStream) {
                peer.came(request);
            } else {
                requests.put(streamId, request);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
            Request request = requests.get(streamId);
            if (request != null) {
                request.add(data);
                if (endOfStream) {
                    requests.remove(streamId);
                    peer.came(request);
                }
            }
            return windowKept ? 0 : data.readableBytes() + padding;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            requests.remove(streamId);
        }
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<PeerConnection, Builder> {

        private final Peer peer;

        Builder(Peer peer, Http2Settings settings) {
            this.peer = peer;
            server(true);
            initialSettings(settings);
            frameListener(new Http2FrameAdapter());
            decoderEnforceMaxRstFramesPerWindow(0, 0);
            encoderEnforceMaxRstFramesPerWindow(0, 0);
            gracefulShutdownTimeoutMillis(0);
        }

        @Override
        protected PeerConnection build() {
            return super.build();
        }

        @Override
        protected PeerConnection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new PeerConnection(peer, decoder, encoder, settings);
        }
    }
}
