package dev.notifykit.benchmarks.peers;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link NettyPeer}: it begins messages whenever it has streams for them. Of one event loop. */
final class BareConnection extends Http2ConnectionHandler {

    private static final String CONTENT_LENGTH = "content-length";

    private final NettyPeer.Source source;
    private final Http2Headers head;
    private final int streams;
    private final Http2Connection.PropertyKey accepted;
    private final CountDownLatch ready = new CountDownLatch(1);
    private @Nullable ChannelHandlerContext context;

    private BareConnection(Builder builder, Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder) {
        super(decoder, encoder, Http2Settings.defaultSettings().pushEnabled(false));
        source = builder.source;
        head = builder.head;
        streams = builder.streams;
        accepted = connection().newKey();
        connection().addListener(new Ends());
        decoder.frameListener(new Answers());
    }

    /** Not connected. */
    static BareConnection create(NettyPeer.Source source, Http2Headers head, int streams) {
        return new Builder(source, head, streams).build();
    }

    /** Open when the server has said its settings. */
    CountDownLatch ready() {
        return ready;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
    }

    /** Begins messages until all streams are taken. */
    void fill() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            while (connection().local().numActiveStreams() < streams) {
                byte[] body = source.next();
                if (body == null) {
                    break;
                }
                send(ctx, body);
            }
            flush(ctx);
        }
    }

    private void send(ChannelHandlerContext ctx, byte[] body) {
        int stream = connection().local().incrementAndGetNextStreamId();
        // A write that fails closes its stream, and that is heard.
        head.setInt(CONTENT_LENGTH, body.length); // written before this returns
        ChannelFuture unusedHead = encoder().writeHeaders(ctx, stream, head, 0, false, ctx.newPromise());
        ChannelFuture unusedBody =
                encoder().writeData(ctx, stream, Unpooled.wrappedBuffer(body), 0, true, ctx.newPromise());
    }

    /** All answers of one read are counted before what takes their place is written, and that together. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        fill();
        super.channelReadComplete(ctx);
    }

    private final class Ends extends Http2ConnectionAdapter {

        @Override
        public void onStreamClosed(Http2Stream stream) {
            if (stream.getProperty(accepted) == null) {
                source.failed("no answer, or none that accepts");
            } else {
                source.accepted();
            }
        }
    }

    private final class Answers extends Http2FrameAdapter {

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            ready.countDown();
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
            Http2Stream stream = connection().stream(streamId);
            if (stream != null && "200".contentEquals(headers.status())) {
                stream.setProperty(accepted, Boolean.TRUE);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
            return data.readableBytes() + padding;
        }
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<BareConnection, Builder> {

        private final NettyPeer.Source source;
        private final Http2Headers head;
        private final int streams;

        Builder(NettyPeer.Source source, Http2Headers head, int streams) {
            this.source = source;
            this.head = head;
            this.streams = streams;
        }

        @Override
        protected BareConnection build() {
            Http2Connection connection = new DefaultHttp2Connection(false);
            connection
                    .remote()
                    .flowController(new DefaultHttp2RemoteFlowController(
                            connection, new UniformStreamByteDistributor(connection)));
            connection(connection);
            frameListener(new Http2FrameAdapter());
            return super.build();
        }

        @Override
        protected BareConnection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initial) {
            return new BareConnection(this, decoder, encoder);
        }
    }
}
