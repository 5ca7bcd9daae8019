package dev.notifykit.testkit.client;

import dev.notifykit.testkit.credentials.TestCertificates;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection. Requests may be made from any thread; futures complete on the event loop. */
public final class RawClient implements AutoCloseable {
    private final EventLoopGroup loop = new NioEventLoopGroup(1, new DefaultThreadFactory("raw-client", true));
    private final Map<Integer, CompletableFuture<Response>> pending = new ConcurrentHashMap<>();
    private final CompletableFuture<Http2Settings> settings = new CompletableFuture<>();
    private final CompletableFuture<GoAway> goAway = new CompletableFuture<>();
    private final Channel channel;
    private final Handler handler;
    private int nextStream = 3;

    /** What came back. */
    public record Response(int status, Map<String, String> headers, String body) {
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** GOAWAY as it came. */
    public record GoAway(int lastStreamId, long errorCode, String debugData) {}

    /** RST_STREAM instead of a response. */
    public static final class StreamReset extends IOException {
        private static final long serialVersionUID = 1;
        private final long errorCode;

        StreamReset(long errorCode) {
            super("stream reset with " + errorCode);
            this.errorCode = errorCode;
        }

        public long errorCode() {
            return errorCode;
        }
    }

    public RawClient(int port, TestCertificates trusted) throws Exception {
        SslContext tls = SslContextBuilder.forClient()
                .trustManager(trusted.authority())
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"))
                .build();
        handler = new Builder().build();
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel ch) {
                        ch.pipeline().addLast(tls.newHandler(ch.alloc(), "localhost", port), handler);
                    }
                })
                .connect("localhost", port);
        connecting.get(60, TimeUnit.SECONDS);
        channel = connecting.channel();
        channel.closeFuture().addListener(closed -> failAll(new IOException("connection closed")));
    }

    /** The server's first SETTINGS. */
    public CompletableFuture<Http2Settings> settings() {
        return settings;
    }

    /** Completes when GOAWAY comes. */
    public CompletableFuture<GoAway> goAway() {
        return goAway;
    }

    public boolean isOpen() {
        return channel.isOpen();
    }

    /** Completes when the connection is closed. */
    public CompletableFuture<Void> closed() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        channel.closeFuture().addListener(closed -> done.complete(null));
        return done;
    }

    /** Sends a request in one HEADERS and, unless the body is empty, one DATA frame. */
    public CompletableFuture<Response> send(Http2Headers headers, String body) {
        return send(headers, body.getBytes(StandardCharsets.UTF_8));
    }

    public CompletableFuture<Response> send(Http2Headers headers, byte[] body) {
        CompletableFuture<Response> response = new CompletableFuture<>();
        channel.eventLoop().execute(() -> handler.write(headers, body, response));
        return response;
    }

    /** Sends all, each in packets of its own, before anything from the server is read: a GOAWAY in between cannot stop it. */
    public List<CompletableFuture<Response>> sendDeaf(List<Http2Headers> all, String body) {
        List<CompletableFuture<Response>> responses =
                all.stream().map(headers -> new CompletableFuture<Response>()).toList();
        channel.eventLoop().execute(() -> {
            for (int i = 0; i < all.size(); i++) {
                handler.write(all.get(i), body.getBytes(StandardCharsets.UTF_8), responses.get(i));
                handler.flushNow();
            }
        });
        return responses;
    }

    /** Sends the headers and leaves the stream open for a body that never comes. */
    public CompletableFuture<Response> sendUnfinished(Http2Headers headers) {
        CompletableFuture<Response> response = new CompletableFuture<>();
        channel.eventLoop().execute(() -> handler.writeHead(headers, false, response));
        return response;
    }

    /** RST_STREAM(CANCEL) on the stream of the newest request. */
    public void cancelNewest() throws Exception {
        channel.eventLoop().submit(() -> handler.cancel(nextStream - 2)).get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        if (loop.isShuttingDown()) {
            return;
        }
        ChannelHandlerContext tls = channel.pipeline().firstContext();
        if (tls != null) {
            tls.close().syncUninterruptibly();
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void failAll(IOException cause) {
        settings.completeExceptionally(cause);
        goAway.completeExceptionally(cause);
        pending.values().forEach(future -> future.completeExceptionally(cause));
    }

    private final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Handler, Builder> {
        @Override
        protected Handler build() {
            server(false);
            initialSettings(Http2Settings.defaultSettings());
            decoderEnforceMaxRstFramesPerWindow(0, 0);
            encoderEnforceMaxRstFramesPerWindow(0, 0);
            encoderEnforceMaxConcurrentStreams(false);
            frameListener(new Frames());
            return super.build();
        }

        @Override
        protected Handler build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initial) {
            return new Handler(decoder, encoder, initial);
        }
    }

    private final class Handler extends Http2ConnectionHandler {
        private @Nullable ChannelHandlerContext context;
        private boolean flushPlanned;

        Handler(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initial) {
            super(decoder, encoder, initial);
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
            context = ctx;
            super.handlerAdded(ctx);
        }

        void write(Http2Headers headers, byte[] body, CompletableFuture<Response> response) {
            boolean empty = body.length == 0;
            int stream = writeHead(headers, empty, response);
            if (!empty) {
                encoder().writeData(context, stream, Unpooled.wrappedBuffer(body), 0, true, context.newPromise());
            }
        }

        int writeHead(Http2Headers headers, boolean end, CompletableFuture<Response> response) {
            ChannelHandlerContext ctx = context;
            int stream = nextStream;
            nextStream += 2;
            pending.put(stream, response);
            encoder()
                    .writeHeaders(ctx, stream, headers, 0, end, ctx.newPromise())
                    .addListener(written -> {
                        if (!written.isSuccess()) {
                            response.completeExceptionally(written.cause());
                        }
                    });
            if (!flushPlanned) {
                flushPlanned = true;
                ctx.executor().execute(() -> {
                    flushPlanned = false;
                    flush(ctx);
                });
            }
            return stream;
        }

        void flushNow() {
            flush(context);
        }

        void ignoreStreamLimit() {
            connection().local().maxActiveStreams(Integer.MAX_VALUE);
        }

        void cancel(int stream) {
            resetStream(context, stream, 8, context.newPromise());
            flush(context);
        }
    }

    private final class Frames extends Http2EventAdapter {
        private final Map<Integer, StringBuilder> bodies = new HashMap<>();
        private final Map<Integer, Map<String, String>> heads = new HashMap<>();

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings received) {
            handler.ignoreStreamLimit(); // a test asks what the server does with one stream too many
            settings.complete(received);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            goAway.complete(new GoAway(lastStreamId, errorCode, debugData.toString(StandardCharsets.UTF_8)));
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            CompletableFuture<Response> response = pending.remove(streamId);
            if (response != null) {
                response.completeExceptionally(new StreamReset(errorCode));
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
            Map<String, String> head = new HashMap<>();
            headers.forEach(h -> head.put(h.getKey().toString(), h.getValue().toString()));
            heads.put(streamId, head);
            if (endOfStream) {
                complete(streamId, "");
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
            StringBuilder body = bodies.computeIfAbsent(streamId, unused -> new StringBuilder());
            body.append(data.toString(StandardCharsets.UTF_8));
            if (endOfStream) {
                complete(streamId, bodies.remove(streamId).toString());
            }
            return data.readableBytes() + padding;
        }

        private void complete(int streamId, String body) {
            Map<String, String> head = heads.remove(streamId);
            CompletableFuture<Response> response = pending.remove(streamId);
            if (response != null) {
                response.complete(new Response(Integer.parseInt(head.get(":status")), head, body));
            }
        }
    }
}
