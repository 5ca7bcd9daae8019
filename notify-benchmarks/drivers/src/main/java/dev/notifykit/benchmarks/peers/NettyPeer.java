package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.Peer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * FCM over netty's HTTP/2 codec and nothing else, on one event loop: what the wire itself costs. It knows no deadline, no retry, no GOAWAY: a message
 * that is lost is missed at the end of its run.
 */
abstract class NettyPeer implements Peer {

    private static final long CONNECT_SECONDS = 20;

    private final NioEventLoopGroup loop = new NioEventLoopGroup(1);
    private final List<BareConnection> connections = new ArrayList<>();

    /** Where messages come from, and where their ends go to; called by the event loop alone. */
    interface Source {

        /** The next body; null when there is none now. */
        byte @Nullable [] next();

        void accepted();

        void failed(String how);
    }

    /**
     * Gets an access token, opens all connections and waits for the server's settings on each.
     *
     * @param endpoint where to
     * @param source of the messages
     * @throws Exception when that fails
     */
    NettyPeer(Endpoint endpoint, Source source) throws Exception {
        URI uri = endpoint.fcmUri();
        Http2Headers head = new DefaultHttp2Headers()
                .method("POST")
                .scheme("https")
                .authority(uri.getRawAuthority())
                .path(FcmAccess.path(endpoint))
                .set("authorization", FcmAccess.authorization(endpoint))
                .set("content-type", "application/json; charset=utf-8")
                .set("accept-encoding", "identity")
                .set("user-agent", "NotifyKit");
        SslContext tls = tls(endpoint);
        int streams = endpoint.inFlight() / endpoint.connections();
        for (int i = 0; i < endpoint.connections(); i++) {
            BareConnection connection = BareConnection.create(source, head, streams);
            connections.add(connection);
            Channel unused = new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel made) {
                            made.pipeline()
                                    .addLast(tls.newHandler(made.alloc(), uri.getHost(), uri.getPort()), connection);
                        }
                    })
                    .connect(uri.getHost(), uri.getPort())
                    .sync()
                    .channel();
            if (!connection.ready().await(CONNECT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the server does not say its settings");
            }
        }
    }

    private static SslContext tls(Endpoint endpoint) throws IOException {
        return SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .trustManager(endpoint.authority().toFile())
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2))
                .build();
    }

    /** On the event loop, at once or soon. */
    final void onLoop(Runnable task) {
        loop.execute(task);
    }

    /** On the event loop: begins what there is, as far as there are streams. */
    final void fill() {
        connections.forEach(BareConnection::fill);
    }

    @Override
    public String about() {
        return Libraries.http2();
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
