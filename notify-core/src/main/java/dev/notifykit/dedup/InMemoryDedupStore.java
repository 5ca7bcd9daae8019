package dev.notifykit.dedup;

import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers in the memory of this JVM, and forgets with it: the default, for one instance and for tests. Thread-safe; one lock, held for
 * about a microsecond, and every stage it returns has ended already.
 *
 * <p>It is bounded, and never forgets silently: when it knows as many keys as it may, and none of them has outlived its time, a claim of a
 * further key fails with {@link DedupUnavailableException}; keys that it knows go on as before. Only of submitted messages that had no key of their own
 * does it forget the oldest that have ended, for they are asked for again only if the host submits the very same message twice. What has expired is swept when the store is
 * used. The clock is the one given; it belongs to whoever gave it.
 */
public final class InMemoryDedupStore implements DedupStore {

    /**
     * 46 new messages a second over the six hours of the default time to live. A key takes 310 to 430 bytes (measured with ids of 36
     * characters and one target), so a full store up to 430 MB.
     */
    public static final int DEFAULT_MAX_KEYS = 1_000_000;

    /** Beyond any deployment's life, and far from an overflow. */
    static final Duration LONGEST = Duration.ofDays(36_500);

    /** More than a call can add, so that expired keys grow fewer; few, so that no call pays for a thousand others. */
    private static final int SWEPT_PER_CALL = 8;

    private final TimeSource time;
    private final long origin;
    private final int maxKeys;
    private final Object lock = new Object();

    /** In the order of their last change: where all have one time to live, the first is the first to expire. */
    private final Map<String, Known> keys = new LinkedHashMap<>();

    /** Ids of keys that were a message's own id, oldest first: nobody but that message asks for them again. */
    private final Queue<String> ownKeys = new ArrayDeque<>();

    /** No key expires before this. */
    private long earliestExpiry = Long.MAX_VALUE;

    private boolean closed;

    /**
     * An empty store for {@value #DEFAULT_MAX_KEYS} keys.
     *
     * @param time by which leases end and keys expire
     */
    public InMemoryDedupStore(TimeSource time) {
        this(time, DEFAULT_MAX_KEYS);
    }

    /**
     * An empty store.
     *
     * @param time by which leases end and keys expire
     * @param maxKeys how many keys it may know at once, at least 1
     */
    public InMemoryDedupStore(TimeSource time, int maxKeys) {
        this.time = Objects.requireNonNull(time, "time");
        if (maxKeys < 1) {
            throw new IllegalArgumentException("maxKeys must be at least 1, is " + maxKeys);
        }
        this.maxKeys = maxKeys;
        origin = time.nanoTime();
    }

    @Override
    public CompletionStage<Claim> claim(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(owner, "owner");
        long lease = nanos(terms.lease());
        long ttl = nanos(terms.ttl());
        return answer(() -> {
            long now = now();
            Known known = find(key, now);
            if (known == null) {
                makeRoom(now);
                known = new Known();
            }
            Claim verdict = known.claim(key, owner, now, now + lease);
            if (verdict instanceof Claim.New || verdict instanceof Claim.Correction) {
                changed(key, known, now + ttl);
            }
            return verdict;
        });
    }

    @Override
    public CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(owner, "owner");
        long lease = nanos(terms.lease());
        long ttl = nanos(terms.ttl());
        return answer(() -> {
            long now = now();
            Known known = find(key, now);
            if (known == null) {
                return Standing.LOST;
            }
            Standing standing = known.renew(owner, now, now + lease);
            if (standing != Standing.LOST) {
                changed(key, known, now + ttl);
            }
            return standing;
        });
    }

    @Override
    public CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(ends, "ends");
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("the time to live must be positive, is " + ttl);
        }
        long lasting = nanos(ttl);
        return answer(() -> {
            long now = now();
            Known known = find(key, now);
            if (known == null) {
                return false;
            }
            Known.Confirmation confirmation = known.confirm(owner, ends, now);
            if (confirmation == Known.Confirmation.NOTED) {
                changed(key, known, now + lasting);
            }
            return confirmation != Known.Confirmation.LOST;
        });
    }

    @Override
    public CompletionStage<Boolean> release(DedupKey key, ClaimOwner owner) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(owner, "owner");
        return answer(() -> {
            long now = now();
            Known known = find(key, now);
            if (known == null) {
                return false;
            }
            boolean released = known.release(owner, now);
            if (known.isEmpty()) {
                keys.remove(key.id());
            }
            return released;
        });
    }

    /**
     * The claims of messages that wait in a queue of the same memory: for {@code InMemoryWorkQueue}.
     *
     * @return the same keys, as a queue sees them
     */
    public MessageClaims messageClaims() {
        return new MessageClaims(this);
    }

    /** A step of a queue. */
    <T> T step(DedupKey key, MessageStep<T> step) {
        synchronized (lock) {
            long now = now();
            return step.on(find(key, now), now);
        }
    }

    /** A step that has nothing to answer. */
    void alter(DedupKey key, MessageChange change) {
        synchronized (lock) {
            long now = now();
            change.on(find(key, now), now);
        }
    }

    /** What a queue does with one key; null: it is not known. Under the lock. */
    interface MessageChange {
        void on(@Nullable Known known, long now);
    }

    /** The same, with an answer. */
    interface MessageStep<T> {
        T on(@Nullable Known known, long now);
    }

    /** For steps that must not take a forgotten key for a new one. Under the lock. */
    void requireOpen() {
        if (closed) {
            throw new DedupUnavailableException("the dedup store is closed");
        }
    }

    /** A key for a message, where there is room for one more. Under the lock. */
    boolean hasRoom(long now) {
        try {
            makeRoom(now);
            return true;
        } catch (DedupUnavailableException full) {
            return false;
        }
    }

    /** What a queue has changed. Under the lock. */
    void changed(DedupKey key, Known known, long now, Duration ttl) {
        if (known.isEmpty()) {
            keys.remove(key.id());
        } else {
            changed(key, known, now + nanos(ttl));
        }
    }

    /** This key may be forgotten before a claim is refused. Under the lock. */
    void mayBeForgotten(DedupKey key) {
        if (ownKeys.size() >= maxKeys) {
            ownKeys.remove();
        }
        ownKeys.add(key.id());
    }

    /** Forgets everything; further calls fail with {@link DedupUnavailableException}. Idempotent. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            keys.clear();
            ownKeys.clear();
        }
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "InMemoryDedupStore[" + keys.size() + " of " + maxKeys + " keys]";
        }
    }

    private <T> CompletionStage<T> answer(Supplier<T> decision) {
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.failedStage(new DedupUnavailableException("the dedup store is closed"));
            }
            try {
                return CompletableFuture.completedStage(decision.get());
            } catch (DedupUnavailableException full) {
                return CompletableFuture.failedStage(full);
            }
        }
    }

    private @Nullable Known find(DedupKey key, long now) {
        sweepOldest(now);
        Known known = keys.get(key.id());
        if (known != null && known.forgottenAt() <= now) {
            keys.remove(key.id());
            return null;
        }
        return known;
    }

    private void changed(DedupKey key, Known known, long forgottenAt) {
        // Whoever waits in a queue holds its claim for as long as it takes.
        long at = known.hasMessage() ? LONGEST.toNanos() : forgottenAt;
        known.forgetAt(at);
        earliestExpiry = Math.min(earliestExpiry, at);
        keys.remove(key.id()); // to the end of the order
        keys.put(key.id(), known);
    }

    private void sweepOldest(long now) {
        for (int i = 0; i < SWEPT_PER_CALL && !keys.isEmpty(); i++) {
            Map.Entry<String, Known> oldest = keys.entrySet().iterator().next();
            String id = oldest.getKey();
            Known known = oldest.getValue();
            boolean expired = known.forgottenAt() <= now;
            if (!expired && !known.hasMessage()) {
                return;
            }
            keys.remove(id);
            if (!expired) {
                keys.put(id, known); // to the end: what waits in a queue must not hide what has expired
            }
        }
    }

    /** Where times to live differ, an expired key may hide behind one that has not: before a claim is refused all are looked at. */
    private void makeRoom(long now) {
        if (keys.size() >= maxKeys && earliestExpiry <= now) {
            keys.values().removeIf(known -> known.forgottenAt() <= now);
            earliestExpiry =
                    keys.values().stream().mapToLong(Known::forgottenAt).min().orElse(Long.MAX_VALUE);
        }
        while (keys.size() >= maxKeys && !ownKeys.isEmpty()) {
            String id = ownKeys.remove();
            Known own = keys.get(id);
            if (own != null && !own.isClaimed()) {
                keys.remove(id);
            }
        }
        if (keys.size() >= maxKeys) {
            throw new DedupUnavailableException("the dedup store is full: it knows " + maxKeys
                    + " keys, and none has expired; give it more, or its keys a shorter time to live");
        }
    }

    /** Nanoseconds since this store was made: unlike a reading of the clock, larger means later. Read under the lock. */
    private long now() {
        return time.nanoTime() - origin;
    }

    private static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }
}
