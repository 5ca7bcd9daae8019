package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.FanOutSpec.Delivery;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.testing.Stage;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to a client at whatever stage of a fan-out (it dies, sleeps, is closed, something fails), somebody ends the
 * fan-out: every row one result, duplicates within the bound that is reported, and at most once means it.
 */
class CrashPointsTest {

    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration LONG_LEASE = Duration.ofMinutes(10);

    private static final int ROUNDS = 25;

    /** Of the road of messages with a dedup key, and of the queue. */
    private static final Set<Stage> ELSEWHERE = elsewhere();

    private static Set<Stage> elsewhere() {
        Set<Stage> elsewhere = EnumSet.range(Stage.SUBMITTED, Stage.PARTITION_RELEASED);
        elsewhere.addAll(EnumSet.of(Stage.CLAIMED, Stage.CLAIM_ENDED));
        return elsewhere;
    }

    @RegisterExtension
    static final CrashClients<CrashClient> CLIENTS = new CrashClients<>();

    private static CrashClient client(CrashWorld world, Fate fate, Stage stage, int pass, Duration lease) {
        CrashClient client = CLIENTS.add(new CrashClient(world, fate, stage, pass, lease, CLIENTS.threads()));
        client.start();
        return client;
    }

    private static CrashClient heir(CrashWorld world, Duration lease) {
        return client(world, Fate.LIVES, Stage.SHARD_TAKEN, 1, lease);
    }

    static Stream<Arguments> stages() {
        return Stream.of(Delivery.values())
                .flatMap(delivery -> Stream.of(Stage.values())
                        .filter(stage -> isPassed(stage, delivery))
                        .map(stage -> Arguments.of(stage, delivery)));
    }

    private static boolean isPassed(Stage stage, Delivery delivery) {
        return !ELSEWHERE.contains(stage)
                && switch (stage) {
                    case INTENTS_SAVED -> delivery == Delivery.AT_MOST_ONCE;
                    case DUPLICATES_COUNTED -> delivery == Delivery.AT_LEAST_ONCE;
                    default -> true;
                };
    }

    static Stream<Arguments> positions() {
        return stages().flatMap(
                        stage -> Stream.of(1, 2, 0).map(pass -> Arguments.of(stage.get()[0], stage.get()[1], pass)));
    }

    @Test
    void undisturbedEveryStageIsPassed() {
        for (Delivery delivery : Delivery.values()) {
            CrashWorld world = new CrashWorld(delivery, "undisturbed, " + delivery);
            CrashClient client = heir(world, LONG_LEASE);
            world.runUntil(world::hasEnded);
            world.assertEndIsRight();
            world.assertStoreAndSinkAgree();
            world.assertKinds(0);
            for (Stage stage : Stage.values()) {
                assertThat(client.passes(stage) > 0)
                        .as("%s passed, %s", stage, delivery)
                        .isEqualTo(isPassed(stage, delivery) && !CrashClient.isOfRelease(stage));
            }
        }
    }

    /** Pass 0: a random one. */
    @ParameterizedTest(name = "{0}, {1}, pass {2}")
    @MethodSource("positions")
    void aClientThatDiesIsReplaced(Stage stage, Delivery delivery, int at) {
        long seed = System.nanoTime();
        int pass = at > 0 ? at : 1 + new Random(seed).nextInt(8);
        CrashWorld world = new CrashWorld(delivery, stage + ", " + delivery + ", pass " + pass);
        CrashClient victim = client(world, Fate.KILLED, stage, pass, LEASE);
        world.runUntil(() -> victim.hasMet() || world.hasEnded() || victim.isClosed());
        assertThat(victim.hasMet() || pass > 1).as("it died").isTrue();
        heir(world, LEASE);
        world.runUntil(world::hasEnded);
        world.assertEndIsRight();
        world.assertStoreAndSinkAgree();
        if (delivery == Delivery.AT_MOST_ONCE) {
            world.assertUnknownAreThoseAnnounced();
        } else {
            world.assertKinds(0);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("stages")
    void aHeirDoesNotCallCancelledWhatMayHaveArrived(Stage stage, Delivery delivery) {
        CrashWorld world = new CrashWorld(delivery, stage + ", " + delivery);
        CrashClient victim = client(world, Fate.KILLED, stage, 2, LEASE);
        world.runUntil(() -> victim.hasMet() || world.hasEnded());
        assertThat(victim.hasMet()).as("it died").isTrue();
        world.cancel();
        heir(world, LEASE);
        world.runUntil(world::hasEnded);
        world.assertCancelIsRight();
        world.assertStoreAndSinkAgree();
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("stages")
    void aClientThatIsClosedHandsItsShardsOver(Stage stage, Delivery delivery) {
        CrashWorld world = new CrashWorld(delivery, stage + ", " + delivery);
        CrashClient closed = client(world, Fate.CLOSED, stage, 1, LONG_LEASE);
        world.runUntil(closed::isClosed);
        assertThat(closed.hasMet()).isTrue();
        List<Integer> free = world.store.freeShards(CrashWorld.ID);
        assertThat(free.size() + closed.passes(Stage.SHARD_ENDED))
                .as("shards that were given back or ended")
                .isEqualTo(2);
        int before = world.grants().size();
        heir(world, LONG_LEASE);
        world.runFor(Duration.ofSeconds(1));
        List<ShardGrant> later = world.grants().subList(before, world.grants().size());
        assertThat(later).extracting(grant -> grant.lease().shard()).isEqualTo(free);
        assertThat(later).allMatch(ShardGrant::released);
        world.runUntil(world::hasEnded);
        world.assertEndIsRight();
        world.assertStoreAndSinkAgree();
        world.assertKinds(0);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("stages")
    void aStageThatFailsIsRepeated(Stage stage, Delivery delivery) {
        CrashWorld world = new CrashWorld(delivery, stage + ", " + delivery);
        CrashClient client = client(world, Fate.FAILS, stage, 1, LONG_LEASE);
        world.runUntil(() -> world.hasEnded() || client.isClosed());
        assertThat(client.hasMet()).isTrue();
        if (!world.hasEnded()) {
            heir(world, LONG_LEASE);
            world.runUntil(world::hasEnded);
        }
        world.assertEndIsRight();
        world.assertStoreAndSinkAgree();
        world.assertKinds(1);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("stages")
    void aClientThatSleepsThroughItsLeaseChangesNothingAfterwards(Stage stage, Delivery delivery) {
        CrashWorld world = new CrashWorld(delivery, stage + ", " + delivery);
        CrashClient sleeper = client(world, Fate.SLEEPS, stage, 1, LEASE);
        world.runUntil(sleeper::hasMet);
        heir(world, LEASE);
        world.runUntil(world::hasEnded);
        var before = world.progress();
        int attempts = world.vendor.attempts();
        sleeper.wake();
        world.runFor(Duration.ofSeconds(4));
        assertThat(world.progress()).isEqualTo(before);
        assertThat(world.vendor.attempts() - attempts)
                .as("attempts by the one who slept: at most the one for which the lease was looked at before")
                .isLessThanOrEqualTo(1);
        world.assertEndIsRight();
    }

    /** Up to four clients die or are closed, one after the other or with the next already at work, each at a random stage. */
    @ParameterizedTest(name = "{0}")
    @EnumSource(Delivery.class)
    void whateverHappensToHowManySomebodyEndsIt(Delivery delivery) {
        long seed = System.nanoTime();
        int died = 0;
        for (int round = 0; round < ROUNDS; round++) {
            died += round(delivery, seed + round);
        }
        assertThat(died).as("fates that were met, seed %d", seed).isGreaterThan(ROUNDS / 4);
    }

    private int round(Delivery delivery, long seed) {
        Random random = new Random(seed);
        List<Stage> stages = Stream.of(Stage.values())
                .filter(stage -> isPassed(stage, delivery))
                .toList();
        CrashWorld world = new CrashWorld(delivery, "%s, seed %d".formatted(delivery, seed));
        int fates = 1 + random.nextInt(4);
        CrashClient before = null;
        for (int i = 0; i < fates && !world.hasEnded(); i++) {
            Fate fate = random.nextInt(4) == 0 ? Fate.CLOSED : Fate.KILLED;
            Stage stage = stages.get(random.nextInt(stages.size()));
            CrashClient next = client(world, fate, stage, 1 + random.nextInt(3), LEASE);
            CrashClient awaited = before == null ? next : before;
            before = before == null && random.nextBoolean() ? next : null;
            if (before == null) {
                world.runUntil(() -> awaited.isOver() || world.hasEnded());
            }
        }
        heir(world, LEASE);
        world.runUntil(world::hasEnded);
        world.assertEndIsRight();
        world.assertStoreAndSinkAgree();
        if (delivery == Delivery.AT_MOST_ONCE) {
            world.assertUnknownAreThoseAnnounced();
        } else {
            world.assertKinds(0);
        }
        return CLIENTS.bury();
    }
}
