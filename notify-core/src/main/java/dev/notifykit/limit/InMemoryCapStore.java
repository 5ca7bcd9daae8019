package dev.notifykit.limit;

import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.time.TimeSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Remembers in the memory of this JVM what devices got, and forgets with it: for one instance, and for tests. Thread-safe; one lock, held for about a
 * microsecond, and every stage it returns has ended already. The clock is the one given; it belongs to whoever gave it.
 *
 * <p>It is bounded, and never forgets silently: when it knows as many devices as it may, and the windows of none are over, a reservation for a further
 * device fails with {@link LimitUnavailableException}. What is over is swept when the store is used.
 */
public final class InMemoryCapStore implements CapStore {

    /** About 200 bytes each with three places, so up to 100 MB. */
    public static final int DEFAULT_MAX_DEVICES = 500_000;

    /** More than a call can add, so that what is over grows less; few, so that no call pays for a thousand others. */
    private static final int SWEPT_PER_CALL = 8;

    private final TimeSource time;
    private final long origin;
    private final int maxDevices;
    private final Object lock = new Object();

    /** In the order of their last reservation: where all have one window, the first is the first to be over. */
    private final Map<String, Places> devices = new LinkedHashMap<>();

    /** No device's windows are over before this. */
    private long earliestOver = Long.MAX_VALUE;

    private boolean closed;

    /**
     * An empty store for {@value #DEFAULT_MAX_DEVICES} devices.
     *
     * @param time by which windows roll
     */
    public InMemoryCapStore(TimeSource time) {
        this(time, DEFAULT_MAX_DEVICES);
    }

    /**
     * An empty store.
     *
     * @param time by which windows roll
     * @param maxDevices how many devices it may know at once, at least 1
     */
    public InMemoryCapStore(TimeSource time, int maxDevices) {
        this.time = Objects.requireNonNull(time, "time");
        if (maxDevices < 1) {
            throw new IllegalArgumentException("maxDevices must be at least 1, is " + maxDevices);
        }
        this.maxDevices = maxDevices;
        origin = time.nanoTime();
    }

    @Override
    public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(cap, "cap");
        String device = key(place.target());
        synchronized (lock) {
            if (closed) {
                return unavailable("the cap store is closed");
            }
            long now = now();
            sweepOldest(now);
            Places places = devices.get(device);
            if (places == null) {
                makeRoom(now);
                if (devices.size() >= maxDevices) {
                    return unavailable("the cap store is full: it knows " + maxDevices
                            + " devices, and no window is over; give it more, or the caps shorter windows");
                }
                places = new Places();
            }
            boolean reserved = places.reserve(place, cap, now);
            if (reserved) {
                earliestOver = Math.min(earliestOver, places.overAt);
                devices.remove(device); // to the end of the order
                devices.put(device, places);
            }
            return CompletableFuture.completedStage(reserved);
        }
    }

    @Override
    public CompletionStage<Boolean> refund(Reservation place) {
        Objects.requireNonNull(place, "place");
        String device = key(place.target());
        synchronized (lock) {
            if (closed) {
                return unavailable("the cap store is closed");
            }
            Places places = devices.get(device);
            if (places == null || places.overAt <= now() || !places.refund(place)) {
                return CompletableFuture.completedStage(false);
            }
            if (places.taken.isEmpty()) {
                devices.remove(device);
            }
            return CompletableFuture.completedStage(true);
        }
    }

    /** Forgets everything; further calls fail with {@link LimitUnavailableException}. Idempotent. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            devices.clear();
        }
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "InMemoryCapStore[" + devices.size() + " of " + maxDevices + " devices]";
        }
    }

    /** The digest, so that a dump of the heap has no addresses because of this. */
    private static String key(Target target) {
        return target.digest();
    }

    private static <T> CompletionStage<T> unavailable(String why) {
        return CompletableFuture.failedStage(new LimitUnavailableException(why));
    }

    private void sweepOldest(long now) {
        Iterator<Places> oldest = devices.values().iterator();
        for (int i = 0; i < SWEPT_PER_CALL && oldest.hasNext() && oldest.next().overAt <= now; i++) {
            oldest.remove();
        }
    }

    /** Where windows differ, what is over may hide behind what is not: before a device is refused all are looked at. */
    private void makeRoom(long now) {
        if (devices.size() >= maxDevices && earliestOver <= now) {
            devices.values().removeIf(places -> places.overAt <= now);
            earliestOver = devices.values().stream()
                    .mapToLong(places -> places.overAt)
                    .min()
                    .orElse(Long.MAX_VALUE);
        }
    }

    /** Nanoseconds since this store was made: unlike a reading of the clock, larger means later. */
    private long now() {
        return time.nanoTime() - origin;
    }

    private record Place(RequestId request, long mark, long atNanos) {}

    /** What one device got, oldest first. Guarded by the lock. */
    private static final class Places {

        private final List<Place> taken = new ArrayList<>(1);

        /** When the last window is over. */
        private long overAt;

        boolean reserve(Reservation asked, DeviceCap cap, long now) {
            long window = cap.window().toNanos();
            taken.removeIf(place -> now - place.atNanos() >= window);
            boolean has = taken.removeIf(place -> place.request().equals(asked.request()));
            if (!has && taken.size() >= cap.most()) {
                return false;
            }
            taken.add(new Place(asked.request(), asked.mark(), now));
            overAt = now + window;
            return true;
        }

        boolean refund(Reservation asked) {
            return taken.removeIf(
                    place -> place.mark() == asked.mark() && place.request().equals(asked.request()));
        }
    }
}
