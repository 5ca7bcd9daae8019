package dev.notifykit.http2.peer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.tls.HeldCertificate;

/** The server: a script decides about each request that has come to its end. What came is noted by the {@code id} header. */
@SuppressWarnings("FutureReturnValueIgnored") // the port is what is waited for
public final class Peer implements AutoCloseable {

    /** Decides about a request; on the event loop. */
    public interface Script {

        void request(Request request);

        /** Answers everything. */
        static Script ok() {
            return request -> request.answer(200, "ok " + request.id());
        }
    }

    private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
    private final HeldCertificate certificate;
    private final SslContext tls;
    private final Map<String, Integer> complete = new ConcurrentHashMap<>();
    private final Map<String, Integer> answered = new ConcurrentHashMap<>();
    private final Queue<PeerConnection> connections = new ConcurrentLinkedQueue<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final Channel server;
    private volatile Http2Settings settings = Http2Settings.defaultSettings().maxConcurrentStreams(1_000);
    private volatile Script script;
    private volatile boolean mute;

    private Peer(Script script, String host, String protocol) {
        this.script = script;
        certificate =
                new HeldCertificate.Builder().addSubjectAlternativeName(host).build();
        try {
            tls = SslContextBuilder.forServer(certificate.keyPair().getPrivate(), certificate.certificate())
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            protocol))
                    .build();
        } catch (javax.net.ssl.SSLException e) {
            throw new IllegalStateException(e);
        }
        server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        opened.incrementAndGet();
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        if (!mute) {
                            channel.pipeline().addLast(PeerConnection.of(Peer.this, settings));
                        }
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    public static Peer start(Script script) {
        return new Peer(script, "localhost", "h2");
    }

    /** Whose certificate is for another host. */
    public static Peer named(String host) {
        return new Peer(Script.ok(), host, "h2");
    }

    /** Who does not speak HTTP/2. */
    public static Peer old() {
        return new Peer(Script.ok(), "localhost", "http/1.1");
    }

    public Peer script(Script value) {
        script = value;
        return this;
    }

    /** For connections from now on. */
    public Peer settings(Http2Settings value) {
        settings = value;
        return this;
    }

    /** Whether connections from now on never hear anything after TLS. */
    public Peer mute(boolean value) {
        mute = value;
        return this;
    }

    public URI origin() {
        return URI.create("https://localhost:" + port());
    }

    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    public List<X509Certificate> trust() {
        return List.of(certificate.certificate());
    }

    /** Connections that were ever accepted. */
    public int opened() {
        return opened.get();
    }

    /** Those that are open and have a script. */
    public List<PeerConnection> connections() {
        return List.copyOf(connections);
    }

    /** How often a request came to its end here. */
    public int complete(String id) {
        return complete.getOrDefault(id, 0);
    }

    public int complete() {
        return complete.size();
    }

    /** How often an answer was begun. */
    public int answered(String id) {
        return answered.getOrDefault(id, 0);
    }

    void came(Request request) {
        complete.merge(request.id(), 1, Integer::sum);
        script.request(request);
    }

    void answers(Request request) {
        answered.merge(request.id(), 1, Integer::sum);
    }

    void added(PeerConnection connection) {
        connections.add(connection);
    }

    void removed(PeerConnection connection) {
        connections.remove(connection);
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }
}
