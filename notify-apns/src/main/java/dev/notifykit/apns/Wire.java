package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import dev.notifykit.push.Problems;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Unavailable;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads, the timer and the connections of one service: pushy's, and beside them those for what pushy has no words for. Owns them all; after {@link #close()} they end by themselves as soon as
 * the last attempt has ended. Thread-safe.
 */
final class Wire {

    static final int MAX_CONNECTIONS = 32;
    static final int MAX_IN_FLIGHT = 100_000;
    static final Duration MIN_TIMEOUT = Duration.ofMillis(10);
    static final Duration MAX_TIMEOUT = Duration.ofMinutes(5);

    /** How late a timeout may be, and how often the timer looks. */
    private static final Duration COARSEST_TICK = Duration.ofMillis(250);

    private static final int TICKS_PER_TIMEOUT = 20;

    /** Opening a TCP connection; leaves half of the default attempt timeout for TLS and the answer. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** How long connections get to say goodbye once nobody waits for an answer; then they are cut. */
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    /**
     * When the threads end whatever still hangs. pushy waits up to 60 s before it connects again, cannot be told to leave that, and gives
     * its native TLS context back only afterwards.
     */
    private static final Duration LAST_CALL = Duration.ofSeconds(90);

    /** With a fourth of the places taken by pushes that timed out, the connections are worn out. */
    private static final int LEFT_BEHIND_SHARE = 4;

    private static final Logger log = LoggerFactory.getLogger(Wire.class);

    private final EventLoopGroup loops;
    private final ScheduledThreadPoolExecutor timer;
    private final Deadlines deadlines;
    private final ConnectionKeeper keeper;
    private final Answers<Connections> answers;
    private final Http2Wire beyondPushy;
    private volatile boolean closed;
    private @Nullable CompletableFuture<Void> connectionsClosed;
    private long sealedNanos;

    private Wire(
            EventLoopGroup loops,
            ScheduledThreadPoolExecutor timer,
            Deadlines deadlines,
            ConnectionKeeper keeper,
            Answers<Connections> answers,
            Http2Wire beyondPushy) {
        this.loops = loops;
        this.timer = timer;
        this.deadlines = deadlines;
        this.keeper = keeper;
        this.answers = answers;
        this.beyondPushy = beyondPushy;
    }

    /** Starts the threads; null only when a problem was noted. */
    static @Nullable Wire open(WireSettings settings, Problems problems) {
        int threads = Math.min(settings.connections(), Runtime.getRuntime().availableProcessors());
        Duration attemptTimeout = settings.attemptTimeout();
        EventLoopGroup loops = new NioEventLoopGroup(threads, new DefaultThreadFactory("notify-apns-io", true));
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("notify-apns-timer", true));
        try {
            ApnsClientBuilder pushy = settings.pushy()
                    .setEventLoopGroup(loops)
                    .setConcurrentConnections(settings.connections())
                    .setConnectionTimeout(CONNECT_TIMEOUT)
                    .setGracefulShutdownTimeout(GOODBYE)
                    .setUseAlpn(true);
            ConnectionKeeper keeper = new ConnectionKeeper(
                    pushy::build,
                    timer,
                    attemptTimeout,
                    Math.max(1, settings.maxInFlight() / LEFT_BEHIND_SHARE),
                    System::nanoTime);
            Deadlines deadlines = new Deadlines(attemptTimeout.toNanos(), System::nanoTime);
            ReasonTable reasons = new ReasonTable(settings.serverErrorBackoff());
            Wire wire = new Wire(
                    loops,
                    timer,
                    deadlines,
                    keeper,
                    new Answers<>(reasons, keeper),
                    new Http2Wire(settings, reasons, deadlines, timer));
            long tick = Math.min(COARSEST_TICK.toNanos(), attemptTimeout.toNanos() / TICKS_PER_TIMEOUT);
            Future<?> unused = timer.scheduleWithFixedDelay(wire::tick, tick, tick, TimeUnit.NANOSECONDS);
            return wire;
        } catch (SSLException | RuntimeException e) {
            problems.add(
                    "certificate",
                    "TLS refuses it: " + e.getClass().getSimpleName(),
                    "check the client certificate, its key, and the trusted certificates");
            timer.shutdown();
            Future<?> unused = loops.shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
            return null;
        }
    }

    CompletableFuture<PushResponse> send(Encoded.Ready push) {
        if (closed) {
            return CompletableFuture.completedFuture(closedAnswer());
        }
        return push.forPushy() ? sendWithPushy(push) : beyondPushy.send(push);
    }

    <T> CompletableFuture<ChannelResult<T>> ask(ChannelCall.Question<T> question) {
        return closed
                ? CompletableFuture.completedFuture(new ChannelResult.Failed<>(closedAnswer()))
                : beyondPushy.ask(question);
    }

    private CompletableFuture<PushResponse> sendWithPushy(Encoded.Ready push) {
        Connections connections = keeper.current();
        Attempt attempt = new Attempt(push, connections, deadlines, answers);
        if (!deadlines.add(attempt)) {
            return CompletableFuture.completedFuture(closedAnswer());
        }
        connections.send(attempt);
        return attempt.future();
    }

    private static PushResponse closedAnswer() {
        return new Unavailable(Unavailable.Cause.NOT_SENT, "the service is closed");
    }

    /**
     * Ends the taking of pushes. Connections stay until the last attempt has ended: pushy's own way of closing them loses what is
     * written in that moment.
     */
    void close() {
        closed = true;
    }

    /** How many attempts wait for their answer. */
    int open() {
        return deadlines.size();
    }

    /** Which generation of connections new pushes take. */
    long generation() {
        return keeper.current().generation();
    }

    /** Which generation of connections those take that pushy has no words for; -1 before the first. */
    long generationBeyondPushy() {
        return beyondPushy.generation();
    }

    boolean ended() {
        return beyondPushy.ended() && loops.isTerminated() && timer.isTerminated();
    }

    private void tick() {
        try {
            deadlines.expire();
            keeper.tend();
            if (closed && deadlines.sealIfEmpty()) {
                endThreads();
            }
        } catch (Throwable e) {
            // A timer that throws would never be called again, and futures would stay open.
            log.error("The timer of a connection to APNs failed once and goes on", e);
        }
    }

    private void endThreads() {
        CompletableFuture<Void> goodbye = connectionsClosed;
        if (goodbye == null) {
            goodbye = keeper.close();
            beyondPushy.close();
            connectionsClosed = goodbye;
            sealedNanos = System.nanoTime();
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - sealedNanos);
        if (goodbye.isDone() || waited.compareTo(LAST_CALL) >= 0) {
            Future<?> unused = loops.shutdownGracefully(0, GOODBYE.toNanos(), TimeUnit.NANOSECONDS);
            timer.shutdown();
        } else if (waited.compareTo(GOODBYE) >= 0) {
            cutConnections();
        }
    }

    /** From below TLS and HTTP/2, which would wait for the peer: for streams that are never answered, for SETTINGS that never come. */
    private void cutConnections() {
        for (EventExecutor executor : loops) {
            if (executor instanceof SingleThreadEventLoop loop) {
                loop.execute(() -> loop.registeredChannelsIterator().forEachRemaining(Wire::cut));
            }
        }
    }

    private static void cut(Channel channel) {
        ChannelHandlerContext lowest = channel.pipeline().firstContext();
        ChannelFuture unused = lowest == null ? channel.close() : lowest.close();
    }
}
