package dev.notifykit.http2;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The places for connections. Connections are opened one at a time: the first when somebody asks for a stream, a further one when half of what
 * there is is taken, and one in place of whatever takes no new streams. After a failure there is a pause, which grows.
 *
 * <p>Any thread may take a stream. All that concerns opening and ending is done on one event loop, {@code home}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the timer only asks for a connection again
final class Slots {

    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private static final Logger log = LoggerFactory.getLogger(Slots.class);

    private final Http2ClientSettings settings;
    private final EventLoopGroup loops;
    private final EventLoop home;
    private final SslContext tls;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final AtomicReferenceArray<@Nullable Connection> usable;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicBoolean wanted = new AtomicBoolean();
    private volatile @Nullable String outage;

    // Of the home loop alone.
    private final Set<Slot> open = new HashSet<>();
    private boolean dialing;
    private boolean pausing;
    private boolean closed;
    private int failures;

    Slots(
            Http2ClientSettings settings,
            EventLoopGroup loops,
            SslContext tls,
            AddressResolverGroup<InetSocketAddress> resolver) {
        this.settings = settings;
        this.loops = loops;
        this.home = loops.next();
        this.tls = tls;
        this.resolver = resolver;
        usable = new AtomicReferenceArray<>(settings.connections());
    }

    /** Why there is no connection, and none is being opened; nothing where there is hope. */
    @Nullable
    String outage() {
        return outage;
    }

    /** A free stream where the fewest are taken. */
    @Nullable
    Connection take() {
        Connection taken = tryTake();
        if (taken == null) {
            wanted.set(true);
            taken = tryTake(); // one that was freed before that
        }
        return taken;
    }

    private @Nullable Connection tryTake() {
        while (true) {
            Connection best = null;
            int connections = 0;
            int taken = 0;
            int limit = 0;
            for (int i = 0; i < usable.length(); i++) {
                Connection connection = usable.get(i);
                if (connection != null) {
                    connections++;
                    taken += connection.taken();
                    limit += connection.limit();
                    if (connection.taken() < connection.limit()
                            && (best == null || connection.taken() < best.taken())) {
                        best = connection;
                    }
                }
            }
            if (connections < usable.length() && 2 * taken >= limit) {
                askForMore();
            }
            if (best == null || best.take()) {
                return best;
            }
        }
    }

    /** A stream was freed. */
    private void freed() {
        if (wanted.get() && wanted.compareAndSet(true, false)) {
            tell(FreeStreams::free);
        }
    }

    /** What fails at the listener is its own: a request that ends must not suffer for it. */
    private void tell(Consumer<FreeStreams> what) {
        try {
            what.accept(settings.listener());
        } catch (RuntimeException | Error e) {
            log.error("Whoever was told of free streams has failed", e);
        }
    }

    private void askForMore() {
        if (!asked.get() && asked.compareAndSet(false, true)) {
            try {
                home.execute(this::dial);
            } catch (RejectedExecutionException ended) {
                outage = "the client is closed";
            }
        }
    }

    /** The request for more stays noted while a connection is being opened, or waits for its time. */
    private void dial() {
        int index = freeIndex();
        if (closed || dialing || pausing) {
            return;
        }
        if (index < 0) {
            asked.set(false);
            return;
        }
        dialing = true;
        EventLoop loop = loops.next();
        Slot slot = new Slot(index, loop);
        open.add(slot);
        onLoop(loop, () -> new Dial(settings, tls, loop, slot.wire, slot).begin(resolver));
    }

    private int freeIndex() {
        for (int i = 0; i < usable.length(); i++) {
            if (usable.get(i) == null) {
                return i;
            }
        }
        return -1;
    }

    private void pause() {
        pausing = true;
        long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures - 1, 10));
        long millis = longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
        home.schedule(
                () -> {
                    pausing = false;
                    outage = null;
                    asked.set(false); // whoever asks next, asks anew
                    if (wanted.get()) {
                        askForMore();
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    void close() {
        onLoop(home, () -> {
            closed = true;
            outage = "the client is closed";
            for (Slot slot : Set.copyOf(open)) {
                onLoop(slot.loop, () -> slot.wire.end("the client is closed"));
            }
        });
    }

    private static void onLoop(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            try {
                loop.execute(task);
            } catch (RejectedExecutionException ended) {
                log.debug("an event loop has ended, and its connections with it");
            }
        }
    }

    /** For whoever wonders. */
    @Override
    public String toString() {
        return "streams taken: " + usable + (asked.get() ? ", a connection is asked for" : "")
                + (wanted.get() ? ", a stream is wanted" : "");
    }

    /** One connection, from its first packet to its end. */
    private final class Slot implements WireWatcher {

        private final int index;
        private final EventLoop loop;
        private final Connection connection;
        private final Wire wire;
        private boolean isReady;

        Slot(int index, EventLoop loop) {
            this.index = index;
            this.loop = loop;
            connection = new Connection(loop, Slots.this::freed);
            wire = WireBuilder.wire(connection, settings, this);
        }

        @Override
        public void ready() {
            onLoop(home, () -> {
                if (!open.contains(this)) {
                    return; // given up while the server's settings were on their way
                }
                isReady = true;
                dialing = false;
                outage = null;
                asked.set(false);
                usable.set(index, connection);
                freed();
            });
        }

        @Override
        public void leaving(String reason) {
            log.debug("A connection to {} takes no more requests: {}", settings.host(), reason);
            onLoop(home, () -> {
                if (usable.compareAndSet(index, connection, null) && !closed) {
                    askForMore();
                }
            });
        }

        @Override
        public void silent(long sinceNanos) {
            onLoop(
                    home,
                    () -> Set.copyOf(open)
                            .forEach(slot -> onLoop(slot.loop, () -> slot.wire.leaveSilence(sinceNanos))));
        }

        @Override
        public void gone(String reason, boolean useful) {
            onLoop(home, () -> {
                if (!open.remove(this)) {
                    return;
                }
                usable.compareAndSet(index, connection, null);
                dialing &= isReady; // if it was this one that was being opened
                failures = useful ? 0 : failures + 1;
                if (closed) {
                    return;
                } else if (!useful) {
                    failed(reason);
                } else if (wanted.get()) {
                    askForMore(); // on behalf of those who found this one taken
                }
            });
        }

        private void failed(String reason) {
            log.info("No connection to {}: {}", settings.host(), reason);
            if (!pausing) {
                pause();
            }
            if (noneUsable()) {
                outage = reason;
                tell(listener -> listener.noConnection(reason));
            }
        }

        private boolean noneUsable() {
            for (int i = 0; i < usable.length(); i++) {
                if (usable.get(i) != null) {
                    return false;
                }
            }
            return true;
        }
    }
}
