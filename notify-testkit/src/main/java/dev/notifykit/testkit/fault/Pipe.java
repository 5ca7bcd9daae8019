package dev.notifykit.testkit.fault;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection: takes what was read, and writes it when its time has come. What waits is bounded: beyond the buffer's
 * size nothing more is read, so that the sender's TCP window closes. For the proxy's thread only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closes and writes are seen by their effects
final class Pipe {
    /** A limited rate is dealt out in pieces of 50 ms. */
    private static final long SLICES_PER_SECOND = 20;

    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Direction direction;
    private final ProxyConnection connection;
    private final EventLoop loop;
    private final int buffer;
    private final Deque<Parcel> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long free = System.nanoTime();
    private boolean ended;
    private @Nullable ScheduledFuture<?> wakeUp;
    private long wakeUpAt;

    Pipe(Direction direction, ProxyConnection connection, EventLoop loop, int buffer) {
        this.direction = direction;
        this.connection = connection;
        this.loop = loop;
        this.buffer = buffer;
    }

    /** Takes over the bytes. */
    void offer(ByteBuf bytes) {
        waitingBytes += bytes.readableBytes();
        add(bytes);
    }

    /** The source will send no more: passed on as FIN, behind all that waits. */
    void end() {
        add(null);
    }

    /** Whether the end has been passed on. */
    boolean hasEnded() {
        return ended;
    }

    private void add(@Nullable ByteBuf bytes) {
        Conditions conditions = connection.conditions();
        long delay = conditions.delay(direction);
        if (delay > 0) {
            connection.meter().count(Fault.DELAY);
        }
        waiting.add(new Parcel(bytes, System.nanoTime() + delay));
        drain();
    }

    /** Writes whatever may be written now. */
    void drain() {
        while (!waiting.isEmpty() && connection.flows()) {
            Channel target = connection.target(direction);
            Parcel head = waiting.element();
            if (target == null || isTooEarly(head)) {
                break;
            }
            ByteBuf bytes = head.bytes;
            if (bytes == null) {
                waiting.remove();
                ended = true;
                ((DuplexChannel) target).shutdownOutput();
                connection.pipeEnded();
            } else if (!target.isWritable()) {
                break; // goes on when it has become writable
            } else if (mayPass(head, bytes)) {
                write(target, bytes);
            }
        }
        Channel source = connection.source(direction);
        if (source != null) {
            source.config().setAutoRead(waitingBytes < buffer);
        }
    }

    private boolean mayPass(Parcel head, ByteBuf bytes) {
        if (head.inspected || direction == Direction.TO_CLIENT) {
            return true;
        }
        head.inspected = true;
        return connection.mayBegin(bytes);
    }

    private void write(Channel target, ByteBuf bytes) {
        long rate = connection.conditions().bytesPerSecond();
        int size = bytes.readableBytes();
        if (rate > 0) {
            size = (int) Math.min(size, Math.max(1, rate / SLICES_PER_SECOND));
            free = Math.max(free, System.nanoTime()) + size * NANOS / rate;
        }
        ByteBuf slice = bytes.readRetainedSlice(size);
        if (!bytes.isReadable()) {
            waiting.remove();
            bytes.release();
        }
        waitingBytes -= size;
        connection.meter().passed(direction, size);
        target.writeAndFlush(slice, target.voidPromise());
    }

    private boolean isTooEarly(Parcel head) {
        long now = System.nanoTime();
        boolean rateLimited = connection.conditions().bytesPerSecond() > 0 && free - now > 0;
        long wait = Math.max(head.due - now, rateLimited ? free - now : 0);
        if (wait <= 0) {
            return false;
        }
        if (wakeUp != null && wakeUpAt - now <= wait) {
            return true;
        }
        cancelWakeUp();
        if (rateLimited) {
            connection.meter().count(Fault.BANDWIDTH);
        }
        wakeUpAt = now + wait;
        wakeUp = loop.schedule(this::wakeUp, wait, TimeUnit.NANOSECONDS);
        return true;
    }

    private void wakeUp() {
        wakeUp = null;
        drain();
    }

    private void cancelWakeUp() {
        if (wakeUp != null) {
            wakeUp.cancel(false);
            wakeUp = null;
        }
    }

    /** Nothing that waits is delayed any longer. */
    void hurry() {
        free = System.nanoTime();
        waiting.forEach(parcel -> parcel.due = free);
        drain();
    }

    /** Throws away what waits; returns whether there was anything. */
    boolean clear() {
        cancelWakeUp();
        boolean any = !waiting.isEmpty();
        connection.meter().lost(waitingBytes);
        waitingBytes = 0;
        for (Parcel parcel = waiting.poll(); parcel != null; parcel = waiting.poll()) {
            if (parcel.bytes != null) {
                parcel.bytes.release();
            }
        }
        return any;
    }

    private static final class Parcel {
        /** Null: the end. */
        private final @Nullable ByteBuf bytes;

        private long due;
        private boolean inspected;

        Parcel(@Nullable ByteBuf bytes, long due) {
            this.bytes = bytes;
            this.due = due;
        }
    }
}
