package dev.notifykit.device;

import dev.notifykit.device.DeviceIndex.Entry;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Problems;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps devices in the memory of this JVM, and loses them with it: for one instance whose host can fill it again, and for tests.
 * Thread-safe, with one lock, held for a few map look-ups, by a sweep for one step; all stages it returns have ended. The clock is
 * the one given; it belongs to whoever gave it.
 *
 * <p>It holds {@link Builder#maxDevices} devices at most; then {@link #register} fails with {@link DeviceStoreFullException} for a device
 * that takes no other's place. It remembers as many dead tokens; then that whose time is over first is forgotten.
 */
public final class InMemoryDeviceStore implements DeviceStore {

    /** About 75 MB with FCM's tokens: more belongs in a store that outlives the JVM. */
    public static final int DEFAULT_MAX_DEVICES = 100_000;

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{32}");

    private final Object lock = new Object();
    private final TimeSource time;
    private final int maxDevices;
    private final int devicesPerUser;
    private final DeviceIndex index = new DeviceIndex();
    private final Tombstones tombstones;

    /**
     * An empty store with the default bounds.
     *
     * @param time what ends the memory of dead tokens, and cuts off the future
     */
    public InMemoryDeviceStore(TimeSource time) {
        this(builder(time));
    }

    private InMemoryDeviceStore(Builder b) {
        time = b.time;
        maxDevices = b.maxDevices;
        devicesPerUser = b.devicesPerUser;
        tombstones = new Tombstones(b.maxDevices, b.deadTokenTtl.toNanos());
    }

    /**
     * Starts from the defaults.
     *
     * @param time what ends the memory of dead tokens, and cuts off the future
     * @return a new builder
     */
    public static Builder builder(TimeSource time) {
        return new Builder(time);
    }

    @Override
    public CompletionStage<Registration> register(Device device) {
        Device now = withoutFuture(device);
        synchronized (lock) {
            Entry known = index.at(now.target());
            Entry before = index.at(now.target().app(), now.installation());
            boolean moved = isOfAnother(now.user(), known) || isOfAnother(now.user(), before);
            boolean replaced = before != null && !before.equals(known);

            Instant deadSince = tombstones.deadSince(now.target(), time.nanoTime());
            if (deadSince != null && !now.registeredAt().isAfter(deadSince)) {
                if (before != null && moved) {
                    index.remove(before);
                }
                return done(new Registration(Registration.Kind.DEAD, moved, moved, 0));
            }
            if (known == null && before == null && index.size() == maxDevices && hasRoom(now.user())) {
                return CompletableFuture.failedStage(new DeviceStoreFullException(maxDevices));
            }
            if (known != null) {
                index.remove(known);
            }
            if (before != null && replaced) {
                index.remove(before);
            }
            int evicted = 0;
            for (; !hasRoom(now.user()); evicted++) {
                index.remove(Collections.max(
                        index.of(now.user()), Comparator.comparing(Entry::device, Device.MOST_RECENT_FIRST)));
            }
            index.add(known == null ? Entry.of(now) : known.with(notBefore(known, now)));
            tombstones.remove(now.target());
            return done(new Registration(
                    known == null ? Registration.Kind.NEW : Registration.Kind.REFRESHED, replaced, moved, evicted));
        }
    }

    @Override
    public CompletionStage<Boolean> unregister(UserId user, AppId app, InstallationId installation) {
        synchronized (lock) {
            return done(removeIf(index.at(app, installation), entry -> entry.isOf(user)));
        }
    }

    @Override
    public CompletionStage<Boolean> unregister(UserId user, Target target) {
        synchronized (lock) {
            return done(removeIf(index.at(target), entry -> entry.isOf(user)));
        }
    }

    @Override
    public CompletionStage<List<Device>> devicesOf(UserId user) {
        return devicesOf(user, device -> true);
    }

    @Override
    public CompletionStage<List<Device>> devicesOf(UserId user, AppId app) {
        return devicesOf(user, device -> device.target().app().equals(app));
    }

    private CompletionStage<List<Device>> devicesOf(UserId user, Predicate<Device> which) {
        List<Entry> entries;
        synchronized (lock) {
            entries = List.copyOf(index.of(user));
        }
        return done(entries.stream()
                .map(Entry::device)
                .filter(which)
                .sorted(Device.MOST_RECENT_FIRST)
                .toList());
    }

    @Override
    public CompletionStage<Optional<Device>> find(Target target) {
        synchronized (lock) {
            return done(Optional.ofNullable(index.at(target)).map(Entry::device));
        }
    }

    @Override
    public CompletionStage<Optional<Device>> find(AppId app, InstallationId installation) {
        synchronized (lock) {
            return done(Optional.ofNullable(index.at(app, installation)).map(Entry::device));
        }
    }

    @Override
    public CompletionStage<DevicePage> devices(Scan scan) {
        return devices(device -> true, scan);
    }

    @Override
    public CompletionStage<DevicePage> devices(AppId app, Scan scan) {
        return devices(device -> device.target().app().equals(app), scan);
    }

    private CompletionStage<DevicePage> devices(Predicate<Device> which, Scan scan) {
        if (scan.cursor() != null && !DIGEST.matcher(scan.cursor()).matches()) {
            return foreignCursor();
        }
        synchronized (lock) {
            return done(index.page(which, scan));
        }
    }

    @Override
    public CompletionStage<Boolean> seen(Target target, Instant at) {
        Instant seenAt = earlier(at.truncatedTo(ChronoUnit.MILLIS), now());
        synchronized (lock) {
            Entry entry = index.at(target);
            if (entry == null) {
                return done(false);
            }
            if (entry.device().lastSeen().isBefore(seenAt)) {
                index.remove(entry);
                index.add(entry.with(entry.device().toBuilder().lastSeen(seenAt).build()));
            }
            return done(true);
        }
    }

    @Override
    public CompletionStage<Integer> erase(UserId user) {
        synchronized (lock) {
            List<Entry> entries = List.copyOf(index.of(user));
            entries.forEach(index::remove);
            return done(entries.size());
        }
    }

    @Override
    public CompletionStage<TokenVerdict.Effect> verdict(TokenVerdict verdict) {
        Instant deadSince = earlier(verdict.deadSince(), now());
        synchronized (lock) {
            Entry entry = index.at(verdict.target());
            if (entry != null && entry.device().registeredAt().isAfter(deadSince)) {
                return done(TokenVerdict.Effect.KEPT);
            }
            tombstones.put(verdict.target(), deadSince, time.nanoTime());
            return done(removeIf(entry, any -> true) ? TokenVerdict.Effect.REMOVED : TokenVerdict.Effect.DEAD);
        }
    }

    @Override
    public CompletionStage<Set<Target>> dead(Collection<Target> targets) {
        Set<Target> dead = new HashSet<>();
        synchronized (lock) {
            long now = time.nanoTime();
            for (Target target : targets) {
                if (tombstones.deadSince(target, now) != null) {
                    dead.add(target);
                }
            }
        }
        return done(Set.copyOf(dead));
    }

    @Override
    public CompletionStage<SweepReport> sweepStale(StaleSweep sweep) {
        String last = sweep.cursor() == null ? "" : sweep.cursor();
        if (sweep.cursor() != null && !DIGEST.matcher(sweep.cursor()).matches()) {
            return foreignCursor();
        }
        synchronized (lock) {
            List<Entry> stale = new ArrayList<>();
            int examined = 0;
            Map.Entry<String, Entry> next = index.after(last);
            for (; next != null && examined < sweep.limit(); next = index.after(last)) {
                last = next.getKey();
                examined++;
                if (next.getValue().device().lastSeen().isBefore(sweep.lastSeenBefore())) {
                    stale.add(next.getValue());
                }
            }
            if (!sweep.dryRun()) {
                stale.forEach(index::remove);
            }
            return done(new SweepReport(examined, stale.size(), next == null ? null : last));
        }
    }

    /** Finds nothing: all that is known of a device changes in one step. */
    @Override
    public CompletionStage<RepairReport> repair(Repair repair) {
        return repair.cursor() == null ? done(new RepairReport(0, 0, null)) : foreignCursor();
    }

    /** Does nothing: what is kept can still be asked for. */
    @Override
    public void close() {
        // Nothing was opened.
    }

    private Instant now() {
        return time.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private boolean hasRoom(UserId user) {
        return index.of(user).size() < devicesPerUser;
    }

    private boolean removeIf(@Nullable Entry entry, Predicate<Entry> condition) {
        boolean removed = entry != null && condition.test(entry);
        if (entry != null && removed) {
            index.remove(entry);
        }
        return removed;
    }

    private Device withoutFuture(Device device) {
        Instant now = now();
        return device.toBuilder()
                .registeredAt(earlier(device.registeredAt(), now))
                .lastSeen(earlier(device.lastSeen(), now))
                .build();
    }

    private static Device notBefore(Entry known, Device device) {
        return device.toBuilder()
                .registeredAt(later(known.device().registeredAt(), device.registeredAt()))
                .lastSeen(later(known.device().lastSeen(), device.lastSeen()))
                .build();
    }

    private static boolean isOfAnother(UserId user, @Nullable Entry entry) {
        return entry != null && !entry.isOf(user);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static <T> CompletionStage<T> foreignCursor() {
        return CompletableFuture.failedStage(
                new IllegalArgumentException("a cursor is one that a report or a page has named"));
    }

    private static <T> CompletionStage<T> done(T answer) {
        return CompletableFuture.completedStage(answer);
    }

    /** Builds an {@link InMemoryDeviceStore}. Not thread-safe. */
    public static final class Builder {

        private final TimeSource time;
        private int maxDevices = DEFAULT_MAX_DEVICES;
        private int devicesPerUser = DEFAULT_DEVICES_PER_USER;
        private Duration deadTokenTtl = DEAD_TOKEN_TTL;

        private Builder(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
        }

        /**
         * How many devices it holds, and how many dead tokens; {@value InMemoryDeviceStore#DEFAULT_MAX_DEVICES} when not set.
         *
         * @param value positive
         * @return this
         */
        public Builder maxDevices(int value) {
            maxDevices = value;
            return this;
        }

        /**
         * How many devices a user has at most; {@value DeviceStore#DEFAULT_DEVICES_PER_USER} when not set.
         *
         * @param value positive
         * @return this
         */
        public Builder devicesPerUser(int value) {
            devicesPerUser = value;
            return this;
        }

        /**
         * How long a dead token is remembered; {@link DeviceStore#DEAD_TOKEN_TTL} when not set.
         *
         * @param value positive, and at most a year
         * @return this
         */
        public Builder deadTokenTtl(Duration value) {
            deadTokenTtl = Objects.requireNonNull(value, "deadTokenTtl");
            return this;
        }

        /**
         * Builds the store.
         *
         * @return an empty store
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public InMemoryDeviceStore build() {
            Problems problems = new Problems("InMemoryDeviceStore");
            problems.require(
                    maxDevices > 0, "maxDevices", "must be positive, is " + maxDevices, "100,000 take some 75 MB");
            problems.require(
                    devicesPerUser > 0, "devicesPerUser", "must be positive, is " + devicesPerUser, "64 is usual");
            problems.require(
                    !deadTokenTtl.isNegative()
                            && !deadTokenTtl.isZero()
                            && deadTokenTtl.compareTo(Duration.ofDays(366)) <= 0,
                    "deadTokenTtl",
                    "must be positive and at most a year, is " + deadTokenTtl,
                    "7 days are usual");
            problems.throwIfAny();
            return new InMemoryDeviceStore(this);
        }
    }
}
