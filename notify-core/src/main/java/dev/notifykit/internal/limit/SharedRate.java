package dev.notifykit.internal.limit;

import dev.notifykit.internal.work.StoreCalls;
import dev.notifykit.limit.Gcra;
import dev.notifykit.limit.RateAsk;
import dev.notifykit.limit.RateGrant;
import dev.notifykit.limit.RateStore;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * This client's part of a rate that instances share. Permits come from the store in blocks, as large as there is use for them and no larger than
 * {@link #BLOCK}'s worth: a busy lane makes some twenty calls a second, whatever its rate, and an idle one wastes nothing. What is left of a block
 * is not given back, but over after {@link #LIFE}: so a client that dies takes nothing with it, and in any time no more attempts begin than the rate
 * gives in that time, {@code LIFE} and {@code Gcra.BURST} longer.
 *
 * <p>When the store does not answer within {@code LIFE} the client goes on with its share of the rate: an equal part for each of those who were there when the store
 * was heard last, or of the size of fleet that the host has named where it never was. It asks again every second, and is back at the first answer. While it has
 * nothing to send it tells the store every {@link #HELLO} that it is there, so that the shares are right when they are needed.
 *
 * <p>Thread-safe. Its lock is held for some instructions; store and listeners are called without it.
 */
public final class SharedRate implements Permits, AutoCloseable {

    /** How much of the rate is taken at a time; also how long, about, it waits after the store had not as much as it wanted. */
    static final Duration BLOCK = Duration.ofMillis(50);

    /** A third of the time after which the store takes a client for gone. */
    static final Duration HELLO = RateStore.PRESENCE.dividedBy(3);

    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final String name;
    private final double perSecond;
    private final String asker;
    private final int fleetSize;
    private final RateStore store;
    private final TimeSource time;
    private final StoreCalls calls;
    private final int block;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private long number;
    private boolean asking;
    private long askedAtNanos;
    private long notBeforeNanos;
    private int size = 1;
    private boolean lastWasFull;
    private int permits;
    private long goodUntilNanos;
    private int present;
    private long presentSinceNanos;
    private @Nullable Gcra share;
    private TimeSource.@Nullable Timer timer;
    private boolean closed;

    /**
     * Nothing is asked yet.
     *
     * @param name of the rate, the same in every instance
     * @param perSecond of all instances together
     * @param asker this client
     * @param fleetSize how many instances there may be, as long as the store has not said
     * @param store keeps the rate
     * @param time the clock
     */
    public SharedRate(String name, double perSecond, String asker, int fleetSize, RateStore store, TimeSource time) {
        this.name = name;
        this.perSecond = perSecond;
        this.asker = asker;
        this.fleetSize = fleetSize;
        this.store = store;
        this.time = time;
        calls = new StoreCalls("the rate store", time, LIFE);
        block = (int) Math.max(1, perSecond * BLOCK.toMillis() / 1_000);
        long now = time.nanoTime();
        askedAtNanos = now;
        notBeforeNanos = now;
        goodUntilNanos = now;
    }

    /** Says hello, and goes on doing so. */
    public void begin() {
        hello();
        tick();
    }

    @Override
    public long take(long now, int wanted) {
        RateAsk ask;
        synchronized (this) {
            if (takeHeld(now)) {
                return 0;
            }
            ask = asking || notBeforeNanos - now > 0 ? null : nextBlock(now, wanted);
        }
        if (ask != null) {
            call(ask);
        }
        synchronized (this) {
            Gcra own = share;
            if (takeHeld(now) || (own != null && own.take(1, now) == 1)) {
                return 0;
            }
            if (own != null) {
                return Math.max(1, own.waitNanos(now));
            }
            return asking ? Long.MAX_VALUE : Math.max(1, notBeforeNanos - now);
        }
    }

    @Override
    public synchronized void giveBack(long now) {
        Gcra own = share;
        if (goodUntilNanos - now > 0) {
            permits++;
        } else if (own != null) {
            own.giveBack();
        }
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** The fleet's: this client may be the only one that has work. */
    @Override
    public double perSecond() {
        return perSecond;
    }

    /**
     * What is wrong at the moment.
     *
     * @return one line for health; none when all is well
     */
    public synchronized List<String> troubles() {
        return share == null
                ? List.of()
                : List.of("the rate store does not answer: of " + name + " this instance keeps to its share, 1/"
                        + parts() + " of " + perSecond + " a second");
    }

    /** Asks no more. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    // ---- under the lock

    private boolean takeHeld(long now) {
        if (permits == 0) {
            return false;
        }
        if (goodUntilNanos - now > 0) {
            permits--;
            return true;
        }
        size = Math.max(1, size - permits);
        permits = 0;
        return false;
    }

    /** Larger than the one before if that was used up soon. */
    private RateAsk nextBlock(long now, int wanted) {
        if (lastWasFull && 2 * (now - askedAtNanos) < BLOCK.toNanos()) {
            size = Math.min(block, 2 * size);
        }
        return ask(now, Math.min(block, Math.max(size, wanted)));
    }

    private RateAsk ask(long now, int most) {
        asking = true;
        askedAtNanos = now;
        return new RateAsk(name, perSecond, asker, ++number, most);
    }

    /** Fewer than before are believed after a while only: when the store was away, whoever comes back first finds nobody there. */
    private void noteAskers(int askers, long now) {
        if (askers >= present || (share == null && now - presentSinceNanos >= RateStore.PRESENCE.toNanos())) {
            present = Math.max(1, askers);
            presentSinceNanos = now;
        } else if (share != null) {
            presentSinceNanos = now;
        }
    }

    private int parts() {
        return present == 0 ? fleetSize : present;
    }

    // ---- without it

    private void hello() {
        long now = time.nanoTime();
        RateAsk ask;
        synchronized (this) {
            if (asking || closed) {
                return;
            }
            ask = ask(now, 0);
        }
        call(ask);
    }

    private void tick() {
        long now = time.nanoTime();
        boolean due;
        synchronized (this) {
            if (closed) {
                return;
            }
            timer = time.schedule(this::tick, ASK_AGAIN);
            due = share != null ? notBeforeNanos - now <= 0 : now - askedAtNanos >= HELLO.toNanos();
        }
        if (due) {
            hello();
        }
    }

    /** A permit is good from before it was asked for: then it was surely not there any earlier. */
    private void call(RateAsk ask) {
        long askedAt = time.nanoTime();
        CompletableFuture<?> unused = calls.call(() -> store.take(ask))
                .whenComplete((grant, failure) -> answered(ask, askedAt, grant))
                .exceptionally(failure -> null);
    }

    private void answered(RateAsk ask, long askedAt, @Nullable RateGrant grant) {
        long now = time.nanoTime();
        synchronized (this) {
            asking = false;
            if (grant == null) {
                notBeforeNanos = now + ASK_AGAIN.toNanos();
                if (share == null) {
                    share = emptyShare(now);
                }
            } else {
                noteAskers(grant.askers(), now);
                share = null;
                permits = Math.min(grant.permits(), ask.most());
                goodUntilNanos = askedAt + LIFE.toNanos();
                lastWasFull = permits == ask.most();
                notBeforeNanos = lastWasFull ? now : now + pause(grant.nextIn());
            }
        }
        listeners.forEach(Runnable::run);
    }

    /** The burst was spent at the store. */
    private Gcra emptyShare(long now) {
        Gcra own = new Gcra(perSecond / parts());
        own.take(Integer.MAX_VALUE, now);
        return own;
    }

    /** Never twice the same, or those who ask first would always be the first, and get all there is. */
    private static long pause(Duration nextIn) {
        long nanos = BLOCK.toNanos();
        return Math.max(
                nextIn.toNanos(), nanos / 2 + ThreadLocalRandom.current().nextLong(nanos));
    }
}
