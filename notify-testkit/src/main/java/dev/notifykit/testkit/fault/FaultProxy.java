package dev.notifykit.testkit.fault;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A TCP proxy on a loopback port that stands between a client and a server, and fails as networks do.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.to("localhost", apns.port()).start()) {
 *     // the client connects to "localhost", proxy.port()
 *     PlannedFault lost = proxy.nextRequest().ofAtLeast(100).resetAfter();
 *     …
 *     proxy.delay(Duration.ofMillis(50)).bandwidth(10_000);
 *     …
 *     proxy.heal();
 * }
 * }</pre>
 *
 * <table>
 * <caption>What a client sees</caption>
 * <tr><th>Fault</th><th>open connections</th><th>new connections</th><th>after {@code heal()}</th></tr>
 * <tr><td>{@link #delay}, {@link #bandwidth}</td><td>late, complete, in order</td><td>the same</td><td>at once</td></tr>
 * <tr><td>{@link #stall}</td><td>silence</td><td>connect, silence</td><td>all that was sent arrives</td></tr>
 * <tr><td>{@link #halfOpen}</td><td>silence</td><td>work</td><td>reset, if anything was lost</td></tr>
 * <tr><td>{@link #blackHole}</td><td>silence</td><td>connect, silence</td><td>reset, if anything was lost</td></tr>
 * <tr><td>{@link #killIdle}</td><td>silence or reset, once idle</td><td>the same</td><td>reset, if anything was lost</td></tr>
 * <tr><td>{@link #refuseConnections}</td><td>work</td><td>refused</td><td>accepted</td></tr>
 * <tr><td>{@link #resetConnections}</td><td>reset</td><td>work</td><td>–</td></tr>
 * <tr><td>{@link #nextRequest}</td><td colspan="3">see {@link NextRequest}</td></tr>
 * </table>
 *
 * <p>Faults may be combined, and switched while connections are open; each is in force when its method returns. Without any the proxy is
 * faithful: data, ends of stream (each direction for itself) and resets pass through. A server that cannot be reached is a reset for the
 * client, since the proxy has accepted by then. Buffers are bounded: a sender that is too fast is held by TCP.
 *
 * <p>Thread-safe. It runs on one daemon thread, which ends with {@link #close()}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closes and writes are seen by their effects
public final class FaultProxy implements AutoCloseable {
    private static final String CLOSED = "the fault proxy is closed";

    private final EventLoopGroup loop;
    private final InetSocketAddress server;
    private final Bootstrap outbound;
    private final Listener listener;
    private final ProxyMeter meter = new ProxyMeter();
    private final Conditions conditions = new Conditions();
    private final Set<ProxyConnection> connections = new LinkedHashSet<>(); // the loop's

    private FaultProxy(InetSocketAddress server, int port, int buffer, Duration connectTimeout) {
        this.server = server;
        this.loop = new NioEventLoopGroup(1, new DefaultThreadFactory("fault-proxy", true));
        FixedRecvByteBufAllocator reads = new FixedRecvByteBufAllocator(ProxyConnection.READ_BYTES);
        this.outbound = new Bootstrap()
                .channel(NioSocketChannel.class)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RCVBUF_ALLOCATOR, reads)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis())
                .remoteAddress(server)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        // its handler comes when it is connected
                    }
                });
        ServerBootstrap inbound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, reads)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel, buffer);
                    }
                });
        try {
            this.listener = new Listener(inbound, port);
        } catch (RuntimeException | Error e) {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    private void accept(SocketChannel channel, int buffer) {
        ProxyConnection connection = new ProxyConnection(channel, conditions, meter, buffer, connections::remove);
        connections.add(connection);
        connection.connect(outbound);
    }

    /** A proxy to a server, with settings to follow. */
    public static Builder to(String host, int port) {
        return new Builder(host, port);
    }

    /** {@code "localhost"}, for a client that checks the name in the server's certificate. */
    public String host() {
        return "localhost";
    }

    /** Where it listens, on the loopback interface only. */
    public int port() {
        return listener.port();
    }

    /** {@code https://localhost:<port>}. */
    public URI uri() {
        return uri("https");
    }

    /** {@code <scheme>://localhost:<port>}. */
    public URI uri(String scheme) {
        return URI.create(scheme + "://" + host() + ":" + port());
    }

    /** {@link #delay(Direction, Duration)} in both directions: a round trip takes twice as much longer. */
    public FaultProxy delay(Duration each) {
        long nanos = Check.nanos("delay", each, Duration.ZERO);
        return change(() -> {
            conditions.delay(Direction.TO_SERVER, nanos);
            conditions.delay(Direction.TO_CLIENT, nanos);
        });
    }

    /**
     * Everything that is sent from now on in this direction, the end of the stream too, is passed on that much later, in order. It delays
     * and does not throttle: much can be on its way at one time, up to the buffer's size.
     *
     * @param value up to a day; zero: none
     */
    public FaultProxy delay(Direction direction, Duration value) {
        Objects.requireNonNull(direction, "direction");
        long nanos = Check.nanos("delay", value, Duration.ZERO);
        return change(() -> conditions.delay(direction, nanos));
    }

    /**
     * Each direction of each connection passes on no more than that, in pieces of 50 ms. A sender that is faster fills the buffers, and
     * then has to wait.
     *
     * @param bytesPerSecond at least 1
     */
    public FaultProxy bandwidth(long bytesPerSecond) {
        Check.range("bandwidth", bytesPerSecond, 1, Long.MAX_VALUE);
        return change(() -> conditions.bytesPerSecond(bytesPerSecond));
    }

    /**
     * A network that is cut and will come back: on connections open and new nothing arrives, and nothing is lost, as TCP sends again.
     * New connections are accepted, by the proxy, not by the server. Ends of stream and resets do not arrive either. After
     * {@link #heal()} all that was sent arrives.
     */
    public FaultProxy stall() {
        return change(() -> {
            conditions.ofNewConnections(Flow.STALLED);
            connections.forEach(ProxyConnection::stall);
        });
    }

    /**
     * On the connections open now all bytes vanish in both directions, those on their way too, and nothing is closed: the other end has
     * gone without a word. Each end believes that the connection is good, whatever the other does. New connections work.
     *
     * <p>At {@link #heal()} a connection of which anything was lost (data, or its end) is reset, as by a peer that has forgotten it: TCP
     * shows no stream with a gap. One that was quiet works on.
     */
    public FaultProxy halfOpen() {
        return change(() -> connections.forEach(ProxyConnection::halfOpen));
    }

    /** {@link #halfOpen()}, and new connections fare no better: the proxy accepts them, the server never hears of them. */
    public FaultProxy blackHole() {
        return change(() -> {
            conditions.ofNewConnections(Flow.DARK);
            connections.forEach(ProxyConnection::halfOpen);
        });
    }

    /**
     * A NAT or load balancer that forgets idle connections, without a word to either end. Whoever uses a connection on which nothing
     * moved for that long finds out. {@link IdleEnd#SILENT}: it is as {@link #halfOpen()} from then on. {@link IdleEnd#RESET}: the client
     * gets a reset, the server's side is closed, and the bytes are lost.
     *
     * @param after at least 1 ms
     */
    public FaultProxy killIdle(Duration after, IdleEnd end) {
        Objects.requireNonNull(end, "end");
        long nanos = Check.nanos("killIdle", after, Duration.ofMillis(1));
        return change(() -> conditions.killIdle(nanos, end));
    }

    /** New connections are refused: {@code ConnectException: Connection refused}. Open ones live on. The port stays reserved. */
    public FaultProxy refuseConnections() {
        return change(listener::refuse, () -> {});
    }

    /** Resets (RST) all connections open now towards the client; towards the server they are closed. New ones work. */
    public FaultProxy resetConnections() {
        return change(() -> List.copyOf(connections).forEach(connection -> {
            meter.count(Fault.RESET);
            connection.reset();
        }));
    }

    /** Begins to plan what befalls the next request: nothing happens until one of its last methods is called. */
    public NextRequest nextRequest() {
        return new NextRequest(this::plan, Trigger.ANY, 1);
    }

    private PlannedFault plan(PlannedFault fault) {
        change(() -> conditions.plan(fault));
        return fault;
    }

    /** Ends all faults and cancels those planned. What was delayed or stalled goes out at once; what was half open see there. */
    public FaultProxy heal() {
        return change(listener::listen, () -> {
            conditions.heal();
            List.copyOf(connections).forEach(connection -> connection.heal(outbound));
        });
    }

    /** Connections that clients have made so far. */
    public long connections() {
        return traffic().connections();
    }

    /** Connections that their client has not closed yet, and that the proxy has not reset. */
    public int openConnections() {
        return traffic().openConnections();
    }

    /** All counters at this moment; stays readable after {@link #close()}. */
    public ProxyTraffic traffic() {
        return meter.snapshot();
    }

    private FaultProxy change(Runnable change) {
        return change(() -> {}, change);
    }

    /** Returns when the change is in force. */
    private FaultProxy change(Runnable before, Runnable onLoop) {
        if (loop.isShuttingDown()) {
            throw new IllegalStateException(CLOSED);
        }
        before.run();
        try {
            loop.submit(onLoop).syncUninterruptibly();
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException(CLOSED, e);
        }
        return this;
    }

    /** Closes the port and all connections. Idempotent; returns when the port is free; the thread is then about to end. */
    @Override
    public synchronized void close() {
        if (!loop.isShuttingDown()) {
            listener.close();
            loop.submit(() -> List.copyOf(connections).forEach(ProxyConnection::finish))
                    .syncUninterruptibly();
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
        loop.terminationFuture().awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    /** Shows the ports. */
    @Override
    public String toString() {
        return "fault proxy on port " + port() + " to " + server.getHostString() + ":" + server.getPort();
    }

    /** Settings of a {@link FaultProxy}. Not thread-safe. */
    public static final class Builder {
        private static final int DEFAULT_BUFFER = 256 * 1024;
        private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

        private final String host;
        private final int serverPort;
        private int port;
        private int buffer = DEFAULT_BUFFER;
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;

        private Builder(String host, int serverPort) {
            this.host = Objects.requireNonNull(host, "host");
            this.serverPort = serverPort;
        }

        /** A fixed port of its own. Default 0: any free one. */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /** How many bytes wait at most in each direction of a connection, give or take 64 KiB. Default 256 KiB. */
        public Builder buffer(int bytes) {
            buffer = bytes;
            return this;
        }

        /** How long the proxy tries to reach the server before it resets the client. Default 10 s. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = Objects.requireNonNull(value, "connectTimeout");
            return this;
        }

        /**
         * Opens the port. The server's name is resolved here, once; the server itself need not run yet.
         *
         * @throws IllegalArgumentException naming everything that is wrong with the settings
         */
        public FaultProxy start() {
            Problems problems = new Problems();
            problems.range("server port", serverPort, 1, 65_535);
            problems.range("port", port, 0, 65_535);
            problems.range("buffer", buffer, 1, 1 << 30);
            problems.check(() -> Check.nanos("connectTimeout", connectTimeout, Duration.ofMillis(1)));
            problems.check(() -> Builder.resolve(host, 1));
            problems.throwIfAny();
            return new FaultProxy(resolve(host, serverPort), port, buffer, connectTimeout);
        }

        private static InetSocketAddress resolve(String host, int port) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("host: '" + host + "' cannot be resolved");
            }
            return address;
        }
    }
}
