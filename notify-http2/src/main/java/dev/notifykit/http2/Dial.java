package dev.notifykit.http2;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.NoopAddressResolverGroup;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One attempt at a connection: name, TCP or a proxy, TLS, ALPN, the server's settings, all within one time. Of one event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the channel, and that is heard of
final class Dial extends ChannelInitializer<Channel> {

    private static final String NOT_HTTP_2 = "the server does not speak HTTP/2";

    private final Http2ClientSettings settings;
    private final SslContext tls;
    private final EventLoop loop;
    private final Wire wire;
    private final WireWatcher watcher;
    private @Nullable Channel channel;
    private @Nullable InetSocketAddress proxyAddress;
    private @Nullable String failure;
    private boolean wired;
    private boolean failed;

    /**
     * Not begun yet.
     *
     * @param watcher told that it is gone when it comes to nothing; else the wire tells it what happens
     */
    Dial(Http2ClientSettings settings, SslContext tls, EventLoop loop, Wire wire, WireWatcher watcher) {
        this.settings = settings;
        this.tls = tls;
        this.loop = loop;
        this.wire = wire;
        this.watcher = watcher;
    }

    void begin(AddressResolverGroup<InetSocketAddress> resolver) {
        loop.schedule(this::endLate, settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        InetSocketAddress server = InetSocketAddress.createUnresolved(settings.host(), settings.port());
        Http2Proxy proxy = settings.proxy();
        if (proxy == null) {
            connect(resolver, server);
            return;
        }
        resolver.getResolver(loop)
                .resolve(InetSocketAddress.createUnresolved(proxy.host(), proxy.port()))
                .addListener((io.netty.util.concurrent.Future<InetSocketAddress> found) -> {
                    if (found.isSuccess()) {
                        proxyAddress = found.getNow();
                        connect(NoopAddressResolverGroup.INSTANCE, server);
                    } else {
                        fail("the proxy is not found");
                    }
                });
    }

    private void connect(AddressResolverGroup<?> resolver, InetSocketAddress server) {
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .resolver(resolver)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.connectTimeout().toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .handler(this)
                .connect(server);
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                fail("no connection: " + name(done.cause()));
            }
        });
    }

    @Override
    protected void initChannel(Channel made) {
        if (proxyAddress != null) {
            Http2Proxy proxy = settings.proxy();
            HttpProxyHandler through = proxy == null || proxy.user() == null || proxy.password() == null
                    ? new HttpProxyHandler(proxyAddress)
                    : new HttpProxyHandler(proxyAddress, proxy.user(), proxy.password());
            through.setConnectTimeoutMillis(settings.connectTimeout().toMillis());
            made.pipeline().addLast(through);
        }
        SslHandler secure = tls.newHandler(made.alloc(), settings.host(), settings.port());
        secure.setHandshakeTimeoutMillis(settings.connectTimeout().toMillis());
        made.pipeline().addLast(secure, new Negotiation());
        // Later: whatever ended it says so afterwards.
        made.closeFuture().addListener(closed -> loop.execute(() -> fail("the server ended the connection")));
    }

    private void endLate() {
        if (!wire.isReady()) {
            Channel open = channel;
            if (wired) {
                wire.end("the server does not say its settings");
            } else if (open != null) {
                failure = "no connection in time";
                open.close();
            }
            fail("the server's name is not found in time");
        }
    }

    /** What is in the pipeline tells by itself what becomes of it. */
    private void fail(String reason) {
        if (!wired && !failed) {
            failed = true;
            watcher.gone(failure == null ? reason : failure, false);
        }
    }

    private static String name(Throwable cause) {
        return cause.getClass().getSimpleName();
    }

    private final class Negotiation extends ApplicationProtocolNegotiationHandler {

        Negotiation() {
            super("none");
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                wired = true;
                ctx.pipeline().addLast(wire);
            } else {
                failure = NOT_HTTP_2;
                ctx.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (failure == null) {
                failure = reason(cause.getCause() instanceof SSLException ssl ? ssl : cause);
            }
            ctx.close();
        }

        /** A server that speaks none of the protocols that are offered says so by an alert; texts of TLS hold nothing secret, but are not shown. */
        private static String reason(Throwable cause) {
            String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            return text.contains("no_application_protocol") ? NOT_HTTP_2 : "no connection: " + name(cause);
        }
    }
}
