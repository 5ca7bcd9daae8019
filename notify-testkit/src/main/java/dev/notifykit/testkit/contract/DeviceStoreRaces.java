package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.DeviceStoreContract.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Registration;
import dev.notifykit.device.Registration.Kind;
import dev.notifykit.device.StaleSweep;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Many at once on one token, one installation or one user; what has to come of it can be counted. */
final class DeviceStoreRaces {

    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Target TOKEN = Target.fcm("app", "token");
    private static final InstallationId PHONE = InstallationId.of("phone");

    private final DeviceStore store;
    private final Instant noon;

    DeviceStoreRaces(DeviceStore store, Instant noon) {
        this.store = store;
        this.noon = noon;
    }

    /** It goes from user to user and never comes back: whoever sees it at one must not see it at the one before any more. */
    void aTokenIsNeverSeenWithTwoUsersNorWithNone() {
        int moves = 500;
        AtomicInteger announced = new AtomicInteger();
        Semaphore looks = new Semaphore(0);
        AtomicBoolean over = new AtomicBoolean();
        register(user(0), PHONE, TOKEN);
        Callable<Integer> mover = () -> {
            try {
                for (int i = 1; i <= moves && !over.get(); i++) {
                    announced.set(i);
                    register(user(i), PHONE, TOKEN);
                    assertEquals(
                            List.of(), get(store.devicesOf(user(i - 1))), "the user before, when the move is done");
                    looks.drainPermits();
                    if (!over.get()) {
                        looks.acquire(3);
                    }
                }
                return moves;
            } finally {
                over.set(true);
            }
        };
        Callable<Integer> watcher = () -> {
            try {
                while (!over.get()) {
                    int current = announced.get();
                    if (current > 0 && !get(store.devicesOf(user(current))).isEmpty()) {
                        assertEquals(List.of(), get(store.devicesOf(user(current - 1))), "a token with two users");
                    }
                    assertTrue(get(store.find(TOKEN)).isPresent(), "a token with no user");
                    looks.release();
                }
                return 0;
            } finally {
                over.set(true);
                looks.release();
            }
        };
        Together.run(List.of(mover, watcher, watcher), PATIENCE);
        assertEquals(1, get(store.devicesOf(user(moves))).size());
    }

    void manyWhoRegisterOneTokenTakeItFromOneAnother() {
        int each = 100;
        AtomicInteger users = new AtomicInteger();
        List<List<Registration>> answers = Together.run(
                THREADS,
                () -> {
                    List<Registration> own = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                        UserId user = user(users.getAndIncrement());
                        own.add(register(user, PHONE, TOKEN));
                    }
                    return own;
                },
                PATIENCE);

        List<Registration> all = answers.stream().flatMap(List::stream).toList();
        assertEquals(1, all.stream().filter(r -> r.kind() == Kind.NEW).count(), "found it free");
        assertEquals(all.size() - 1, all.stream().filter(Registration::moved).count(), "took it from another");
        List<UserId> owners = IntStream.range(0, THREADS * each)
                .mapToObj(DeviceStoreRaces::user)
                .filter(user -> !get(store.devicesOf(user)).isEmpty())
                .toList();
        assertEquals(List.of(get(store.find(TOKEN)).orElseThrow().user()), owners);
    }

    void ofManyTokensOfOneInstallationOneStays() {
        int each = 100;
        AtomicInteger tokens = new AtomicInteger();
        List<Integer> replaced = Together.run(
                THREADS,
                () -> {
                    int own = 0;
                    for (int i = 0; i < each; i++) {
                        Registration answer = register(user(i % 2), PHONE, token(tokens.getAndIncrement()));
                        own += answer.tokenReplaced() ? 1 : 0;
                    }
                    return own;
                },
                PATIENCE);

        assertEquals(THREADS * each - 1, sum(replaced), "replaced the one before");
        long registered = IntStream.range(0, THREADS * each)
                .filter(i -> get(store.find(token(i))).isPresent())
                .count();
        assertEquals(1, registered);
        assertEquals(
                1,
                get(store.devicesOf(user(0))).size()
                        + get(store.devicesOf(user(1))).size());
    }

    void manyDevicesOfOneUserStayWithinTheLimit() {
        int each = 50;
        AtomicInteger tokens = new AtomicInteger();
        List<Integer> evicted = Together.run(
                THREADS,
                () -> {
                    int own = 0;
                    for (int i = 0; i < each; i++) {
                        Target token = token(tokens.getAndIncrement());
                        own += register(user(0), InstallationId.of(token), token)
                                .evicted();
                        int size = get(store.devicesOf(user(0))).size();
                        assertTrue(size <= DeviceStoreContract.DEVICES_PER_USER, size + " devices");
                    }
                    return own;
                },
                PATIENCE);

        assertEquals(THREADS * each - DeviceStoreContract.DEVICES_PER_USER, sum(evicted), "made place");
        assertEquals(
                DeviceStoreContract.DEVICES_PER_USER,
                get(store.devicesOf(user(0))).size());
    }

    /** Whichever comes first, the times alone decide. */
    void registrationsAndVerdictsEndAlikeInEitherOrder() {
        for (int round = 0; round < 200; round++) {
            Target token = token(round);
            Instant registeredAt = noon.plusMillis(round % 5);
            Instant deadSince = noon.plusMillis(2);
            if (round % 2 == 0) {
                get(store.register(
                        Device.builder(user(1), token, noon.minusSeconds(1)).build()));
            }
            Device device = Device.builder(user(0), token, registeredAt).build();
            Together.run(
                    List.of(
                            () -> get(store.register(device)),
                            () -> get(store.verdict(new TokenVerdict(token, deadSince, noon)))),
                    PATIENCE);

            boolean alive = registeredAt.isAfter(deadSince);
            String about = "round " + round;
            assertEquals(alive ? Optional.of(device) : Optional.empty(), get(store.find(token)), about);
            assertEquals(alive ? Set.of() : Set.of(token), get(store.dead(List.of(token))), about);
            assertEquals(List.of(), get(store.devicesOf(user(1))), about);
            assertEquals(alive ? List.of(device) : List.of(), get(store.devicesOf(user(0))), about);
            get(store.erase(user(0)));
        }
    }

    void whatIsRemovedIsNotBroughtBackByASignOfLife() {
        for (int round = 0; round < 200; round++) {
            Target token = token(round);
            get(store.register(Device.builder(user(0), token, noon).build()));
            boolean sweep = round % 2 == 0;
            List<Boolean> answers = Together.run(
                    List.of(
                            () -> get(store.seen(token, noon.plusSeconds(9))),
                            () -> sweep
                                    ? get(store.sweepStale(StaleSweep.removing(noon.plusSeconds(5))))
                                                    .stale()
                                            > 0
                                    : get(store.unregister(user(0), token))),
                    PATIENCE);

            boolean seen = answers.get(0);
            boolean removed = answers.get(1);
            boolean there = get(store.find(token)).isPresent();
            String about = "round " + round + ", seen " + seen + ", removed " + removed;
            assertEquals(!removed, there, about);
            assertEquals(there ? 1 : 0, get(store.devicesOf(user(0))).size(), about);
            assertTrue(seen || removed, about);
            if (sweep) {
                assertTrue(seen != removed, about);
            } else {
                assertTrue(removed, about);
            }
            get(store.erase(user(0)));
        }
    }

    private Registration register(UserId user, InstallationId installation, Target target) {
        return get(store.register(
                Device.builder(user, target, noon).installation(installation).build()));
    }

    private static int sum(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).sum();
    }

    private static UserId user(int number) {
        return UserId.of("user " + number);
    }

    private static Target token(int number) {
        return Target.fcm("app", "token " + number);
    }
}
