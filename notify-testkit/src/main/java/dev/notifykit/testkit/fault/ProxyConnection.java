package dev.notifykit.testkit.fault;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection, the proxy's own to the server, and the two pipes between them. For the proxy's thread only.
 *
 * <p>Without faults it is faithful: FIN is passed on as FIN behind all data, in each direction for itself; RST as RST.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closes and writes are seen by their effects
final class ProxyConnection {
    /** The most that is read at once. */
    static final int READ_BYTES = 64 * 1024;

    private final Channel client;
    private final Conditions conditions;
    private final ProxyMeter meter;
    private final Consumer<ProxyConnection> whenOver;
    private final Pipe toServer;
    private final Pipe toClient;
    private @Nullable Channel server;
    private @Nullable ReplyWatch watch;
    private Flow flow;
    private boolean connecting;
    /** Something was sent that never arrives: as a stream of bytes this connection is beyond repair. */
    private boolean gap;
    /** The server's side was closed by a fault, and the client's side ends by itself. */
    private boolean severed;

    private boolean clientEnded;
    private boolean over;
    private long lastTraffic = System.nanoTime();

    ProxyConnection(
            Channel client, Conditions conditions, ProxyMeter meter, int buffer, Consumer<ProxyConnection> whenOver) {
        this.client = client;
        this.conditions = conditions;
        this.meter = meter;
        this.whenOver = whenOver;
        this.flow = conditions.ofNewConnections();
        this.toServer = new Pipe(Direction.TO_SERVER, this, client.eventLoop(), buffer);
        this.toClient = new Pipe(Direction.TO_CLIENT, this, client.eventLoop(), buffer);
        meter.opened();
        client.pipeline().addLast(new SideHandler(this, Direction.TO_SERVER));
        client.closeFuture().addListener(closed -> sideClosed(Direction.TO_SERVER));
        if (flow == Flow.DARK) {
            meter.count(Fault.HALF_OPEN);
        } else if (flow == Flow.STALLED) {
            meter.count(Fault.STALL);
        }
    }

    /** Connects to the server, unless the network lets nothing through: then it is done when that heals. */
    void connect(Bootstrap bootstrap) {
        if (flow != Flow.OPEN || connecting || server != null || over) {
            return;
        }
        connecting = true;
        ChannelFuture attempt = bootstrap.clone(client.eventLoop()).connect();
        Channel channel = attempt.channel();
        attempt.addListener(connected -> {
            connecting = false;
            if (over) {
                channel.close();
            } else if (connected.isSuccess()) {
                server = channel;
                channel.pipeline().addLast(new SideHandler(this, Direction.TO_CLIENT));
                channel.closeFuture().addListener(closed -> sideClosed(Direction.TO_CLIENT));
                toServer.drain();
            } else if (flow == Flow.OPEN) {
                reset();
            } // else the next try comes when the network heals
        });
    }

    Conditions conditions() {
        return conditions;
    }

    ProxyMeter meter() {
        return meter;
    }

    boolean flows() {
        return flow == Flow.OPEN && !over;
    }

    @Nullable
    Channel source(Direction direction) {
        return direction == Direction.TO_SERVER ? client : server;
    }

    @Nullable
    Channel target(Direction direction) {
        return direction == Direction.TO_SERVER ? server : client;
    }

    private Pipe pipe(Direction direction) {
        return direction == Direction.TO_SERVER ? toServer : toClient;
    }

    /** Data came; it is this method's to release. */
    void received(Direction direction, ByteBuf bytes) {
        if (flow == Flow.OPEN && isForgotten()) {
            killIdle();
        }
        if (over || severed || flow == Flow.DARK) {
            lose(bytes);
        } else if (direction == Direction.TO_CLIENT && watch != null) {
            receivedReply(bytes, watch);
        } else {
            pipe(direction).offer(bytes);
        }
    }

    /** The side where this direction begins has sent FIN. */
    void ended(Direction direction) {
        if (flow == Flow.OPEN && isForgotten()) {
            killIdle();
        }
        if (direction == Direction.TO_SERVER) {
            clientEnded();
        }
        if (over) {
            return;
        }
        if (severed) {
            finish();
        } else if (flow == Flow.DARK) {
            gap = true;
            close(source(direction), false);
        } else {
            pipe(direction).end();
        }
    }

    void writable(Direction direction) {
        pipe(direction).drain();
    }

    void pipeEnded() {
        if (toServer.hasEnded() && toClient.hasEnded()) {
            finish();
        }
    }

    private boolean isForgotten() {
        long now = System.nanoTime();
        boolean forgotten = conditions.forgets(now - lastTraffic);
        lastTraffic = now;
        return forgotten;
    }

    private void killIdle() {
        meter.count(Fault.IDLE_KILL);
        if (conditions.idleEnd() == IdleEnd.RESET) {
            reset();
        } else {
            goDark();
        }
    }

    /** The client's data is about to be passed on; false: it must not be, the connection is gone. */
    boolean mayBegin(ByteBuf request) {
        if (watch != null && watch.fault() == Fault.DROP_REPLY && watch.hasBegun()) {
            watch = null; // the client has gone on to its next request
        }
        PlannedFault fault = watch == null ? conditions.claim(request) : null;
        if (fault == null) {
            return true;
        }
        if (fault.fault() == Fault.RESET_BEFORE) {
            hit(fault);
            reset();
            return false;
        }
        watch = new ReplyWatch(fault);
        return true;
    }

    private void receivedReply(ByteBuf bytes, ReplyWatch reply) {
        boolean first = reply.begin();
        switch (reply.fault()) {
            case DROP_REPLY -> {
                lose(bytes);
                if (first) {
                    hit(reply.planned());
                }
            }
            case TRUNCATE_REPLY -> truncate(bytes, reply);
            default -> {
                lose(bytes);
                hit(reply.planned());
                reset();
            }
        }
    }

    private void truncate(ByteBuf bytes, ReplyWatch reply) {
        int passed = reply.take(bytes.readableBytes());
        if (!reply.isExhausted()) {
            toClient.offer(bytes);
            return;
        }
        hit(reply.planned());
        severed = true;
        close(server, false);
        toServer.clear();
        toClient.offer(bytes.readRetainedSlice(passed));
        lose(bytes);
        toClient.end();
    }

    private void hit(PlannedFault fault) {
        meter.count(fault.fault());
        fault.hit();
    }

    private void lose(ByteBuf bytes) {
        meter.lost(bytes.readableBytes());
        gap |= bytes.isReadable();
        bytes.release();
    }

    /** Bytes are kept from now on. */
    void stall() {
        if (flow == Flow.OPEN) {
            flow = Flow.STALLED;
            meter.count(Fault.STALL);
        }
    }

    /** Bytes vanish from now on; what was on its way as well. */
    void halfOpen() {
        if (flow != Flow.DARK && !over) {
            meter.count(Fault.HALF_OPEN);
            goDark();
        }
    }

    private void goDark() {
        flow = Flow.DARK;
        boolean lostOnTheWayThere = toServer.clear();
        boolean lostOnTheWayBack = toClient.clear();
        gap |= lostOnTheWayThere || lostOnTheWayBack;
        toServer.drain();
        toClient.drain();
    }

    /** The network works again: what waited goes out at once; a stream with a gap is reset. */
    void heal(Bootstrap bootstrap) {
        boolean wasDark = flow == Flow.DARK;
        boolean broken = (wasDark && gap) || !client.isOpen() || (server != null && !server.isOpen() && !severed);
        flow = Flow.OPEN;
        lastTraffic = System.nanoTime();
        if (watch != null && !(watch.fault() == Fault.DROP_REPLY && watch.hasBegun())) {
            watch = null; // the rest of a reply that has begun to vanish would be no reply
        }
        if (broken) {
            reset();
            return;
        }
        connect(bootstrap);
        toServer.hurry();
        toClient.hurry();
    }

    private void sideClosed(Direction direction) {
        if (direction == Direction.TO_SERVER) {
            clientEnded();
        }
        if (over || (severed && direction == Direction.TO_CLIENT)) {
            return;
        }
        if (flow == Flow.OPEN || target(direction) == null) {
            end(true, true);
        } else {
            gap = true; // the other side cannot know
        }
    }

    private void clientEnded() {
        if (!clientEnded) {
            clientEnded = true;
            meter.closed();
        }
    }

    /** RST to the client. The server's side is only closed, so that it loses nothing that was passed on to it. */
    void reset() {
        end(true, false);
    }

    /** Closes both sides. */
    void finish() {
        end(false, false);
    }

    private void end(boolean resetClient, boolean resetServer) {
        if (over) {
            return;
        }
        over = true;
        clientEnded();
        toServer.clear();
        toClient.clear();
        close(client, resetClient);
        close(server, resetServer);
        whenOver.accept(this);
    }

    private static void close(@Nullable Channel channel, boolean reset) {
        if (channel == null || !channel.isOpen()) {
            return;
        }
        if (reset) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }
}
