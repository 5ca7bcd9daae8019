package dev.notifykit.testkit.internal.server;

import dev.notifykit.testkit.internal.journal.JournalBook;
import dev.notifykit.testkit.internal.script.ReplyScript;
import dev.notifykit.testkit.journal.Journal;
import dev.notifykit.testkit.journal.RecordedRequest;
import dev.notifykit.testkit.journal.Traffic;
import dev.notifykit.testkit.reply.Reply;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Listens on the loopback interface and gives each connection its handler. Thread-safe. */
public final class SimulatorServer implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final String name;
    private final ServerSettings settings;
    private final Vendor vendor;
    private final ReplyScript script;
    private final JournalBook journal = new JournalBook();
    private final TrafficMeter meter = new TrafficMeter();
    private final RequestRecorder recorder;
    private final AtomicInteger withheldSettings;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final EventLoopGroup loops;
    private final Channel listening;
    private volatile int maxConcurrentStreams;

    /** Starts to listen. */
    public SimulatorServer(String name, ServerSettings settings, Vendor vendor, ReplyScript script) {
        this.name = name;
        this.settings = settings;
        this.maxConcurrentStreams = settings.maxConcurrentStreams();
        this.vendor = vendor;
        this.script = script;
        this.recorder = new RequestRecorder(settings.recordedRequests());
        this.withheldSettings = new AtomicInteger(settings.withheldSettings());
        SslContext tls = ServerTls.context(settings);
        this.loops = new NioEventLoopGroup(settings.threads(), new DefaultThreadFactory(name, true));
        this.listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel, tls);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()))
                .syncUninterruptibly()
                .channel();
    }

    private void accept(SocketChannel channel, SslContext tls) {
        connections.add(channel);
        int number = meter.connectionOpened();
        channel.closeFuture().addListener(closed -> meter.connectionClosed());
        channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        if (withheldSettings.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            channel.pipeline().addLast(new Mute());
        } else {
            channel.pipeline().addLast(new SimulatorConnectionBuilder(this, number).build());
        }
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** What was accepted. */
    public Journal journal() {
        return journal;
    }

    /** What was seen. */
    public Traffic traffic() {
        return meter.snapshot();
    }

    /** The last requests, oldest first. */
    public List<RecordedRequest> requests() {
        return recorder.snapshot();
    }

    /** Closes every open connection without a word. */
    public void dropConnections(boolean processed) {
        onConnections(connection -> connection.drop(processed));
    }

    /** Sends GOAWAY on every open connection. */
    public void goAway(boolean processed) {
        onConnections(connection -> connection.goAway(processed));
    }

    /** Changes the limit of streams of all connections. */
    public void maxConcurrentStreams(int value) {
        maxConcurrentStreams = value;
        onConnections(connection -> connection.limitStreams(value));
    }

    int maxConcurrentStreams() {
        return maxConcurrentStreams;
    }

    int initialStreamLimit() {
        return settings.oneStreamUntilAdmitted() ? 1 : maxConcurrentStreams;
    }

    private void onConnections(Consumer<SimulatorConnection> action) {
        for (Channel channel : connections) {
            SimulatorConnection connection = channel.pipeline().get(SimulatorConnection.class);
            if (connection != null) {
                channel.eventLoop().submit(() -> action.accept(connection)).syncUninterruptibly();
            }
        }
    }

    @Override
    public void close() {
        if (loops.isShuttingDown()) {
            return;
        }
        listening.close().syncUninterruptibly();
        connections.forEach(this::abort);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    ServerSettings settings() {
        return settings;
    }

    Vendor vendor() {
        return vendor;
    }

    ReplyScript script() {
        return script;
    }

    TrafficMeter meter() {
        return meter;
    }

    RequestRecorder recorder() {
        return recorder;
    }

    /** Closes the socket from below TLS. */
    void abort(Channel channel) {
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        ChannelFuture closing = tls != null ? tls.close() : channel.close();
        closing.addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    void journalOutcome(Verdict verdict, Reply reply) {
        if (reply.accepts() && verdict instanceof Verdict.Admitted admitted) {
            if (admitted.dryRun()) {
                journal.acceptDryRun();
            } else {
                journal.accept(admitted.id(), admitted.token());
            }
        }
        if (reply instanceof Reply.Answer answer && answer.status() >= 300) {
            journal.reject(vendor.encode(answer, verdict).label());
        }
    }

    @Override
    public String toString() {
        return name + " simulator on port " + port();
    }

    /** Takes everything and says nothing: the TLS handshake is the last the client hears. */
    private static final class Mute extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }
    }
}
