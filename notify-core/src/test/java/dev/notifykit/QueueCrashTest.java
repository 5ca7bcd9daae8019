package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.queue.QueueState;
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
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to a client at whatever stage of its work on the queue (it dies, sleeps, is closed, something fails), another goes on: every
 * target has one result, and duplicates are within the bound that is reported.
 */
class QueueCrashTest {

    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration LONG_LEASE = Duration.ofMinutes(10);

    private static final int ROUNDS = 25;

    /** Whatever had been started by one more that dies would be poison, and rightly. */
    private static final int MOST_DEATHS = 3;

    /** Those that this road comes by; a suspect that runs alone is in {@link QueueRoadTest}. */
    private static final Set<Stage> STAGES = EnumSet.of(
            Stage.SUBMITTED,
            Stage.PARTITION_TAKEN,
            Stage.FETCHED,
            Stage.BEFORE_EXPAND,
            Stage.EXPANDED,
            Stage.BEFORE_ATTEMPT,
            Stage.ATTEMPT_BEGUN,
            Stage.ANSWERED,
            Stage.SINK_TOOK,
            Stage.BEFORE_SETTLE,
            Stage.SETTLED,
            Stage.BEFORE_PARTITION_RELEASE,
            Stage.PARTITION_RELEASED);

    /** Passed once or twice. */
    private static final Set<Stage> SELDOM = EnumSet.of(
            Stage.SUBMITTED,
            Stage.PARTITION_TAKEN,
            Stage.BEFORE_EXPAND,
            Stage.EXPANDED,
            Stage.BEFORE_PARTITION_RELEASE,
            Stage.PARTITION_RELEASED);

    @RegisterExtension
    static final CrashClients<QueueCrashClient> CLIENTS = new CrashClients<>();

    private static QueueCrashClient client(QueueCrashWorld world, Fate fate, Stage stage, int pass, Duration lease) {
        return CLIENTS.add(new QueueCrashClient(world, fate, stage, pass, lease, CLIENTS.threads()));
    }

    private static QueueCrashClient heir(QueueCrashWorld world, Duration lease) {
        QueueCrashClient heir = client(world, Fate.LIVES, Stage.PARTITION_TAKEN, 1, lease);
        if (CLIENTS.all().stream().noneMatch(QueueCrashClient::hasSubmitted)) {
            // The host hears nothing of what it has submitted, and submits it again.
            heir.submit();
        } else {
            heir.start();
        }
        return heir;
    }

    static Stream<Stage> stages() {
        return STAGES.stream();
    }

    static Stream<Arguments> positions() {
        return stages().flatMap(stage -> Stream.of(1, 2, 0)
                .filter(pass -> pass == 1 || !SELDOM.contains(stage))
                .map(pass -> Arguments.of(stage, pass)));
    }

    @Test
    void undisturbedEveryStageIsPassed() {
        QueueCrashWorld world = new QueueCrashWorld("undisturbed");
        QueueCrashClient client = heir(world, LONG_LEASE);
        world.runUntil(world::hasEnded);
        world.assertEndIsRight();
        world.assertStoreAndSinkAgree();
        world.assertKinds(0);
        for (Stage stage : STAGES) {
            assertThat(client.passes(stage) > 0).as("%s passed", stage).isEqualTo(!QueueCrashClient.isOfRelease(stage));
        }
    }

    /** Pass 0: a random one. */
    @ParameterizedTest(name = "{0}, pass {1}")
    @MethodSource("positions")
    void aClientThatDiesIsReplaced(Stage stage, int at) {
        int pass = at > 0 ? at : 1 + new Random(System.nanoTime()).nextInt(8);
        QueueCrashWorld world = new QueueCrashWorld(stage + ", pass " + pass);
        QueueCrashClient victim = client(world, Fate.KILLED, stage, pass, LEASE);
        victim.submit();
        world.runUntil(() -> victim.hasMet() || world.hasEnded() || victim.isClosed());
        assertThat(victim.hasMet() || pass > 1).as("it died").isTrue();
        heir(world, LEASE);
        world.runUntil(world::hasEnded);
        world.assertEndIsRight();
        world.assertStoreAndSinkAgree();
        world.assertKinds(0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stages")
    void aClientThatIsClosedHandsItsPartitionsOver(Stage stage) {
        QueueCrashWorld world = new QueueCrashWorld("closed at " + stage);
        QueueCrashClient closed = client(world, Fate.CLOSED, stage, 1, LONG_LEASE);
        closed.submit();
        world.runUntil(closed::isClosed);
        assertThat(closed.hasMet()).isTrue();
        assertThat(world.queue.state().started()).isZero();
        long counted = world.queue.state().possibleDuplicates();
        heir(world, LONG_LEASE);
        world.runUntil(world::hasEnded);
        world.assertEndIsRight();
        world.assertStoreAndSinkAgree();
        world.assertKinds(0);
        assertThat(world.queue.state().possibleDuplicates())
                .as("nothing is in doubt because of the close")
                .isLessThanOrEqualTo(Math.max(counted, 15));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stages")
    void aStageThatFailsIsRepeated(Stage stage) {
        QueueCrashWorld world = new QueueCrashWorld(stage + " fails");
        QueueCrashClient client = client(world, Fate.FAILS, stage, 1, LONG_LEASE);
        client.submit();
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("stages")
    void aClientThatSleepsThroughItsLeaseChangesNothingAfterwards(Stage stage) {
        QueueCrashWorld world = new QueueCrashWorld("asleep at " + stage);
        QueueCrashClient sleeper = client(world, Fate.SLEEPS, stage, 1, LEASE);
        sleeper.submit();
        world.runUntil(sleeper::hasMet);
        QueueCrashClient heir = heir(world, LEASE);
        world.runUntil(world::hasEnded);
        QueueState before = world.queue.state();
        int attempts = world.vendor.attempts();
        sleeper.wake();
        world.runFor(Duration.ofSeconds(4));
        assertThat(world.queue.state()).isEqualTo(before);
        assertThat(world.vendor.attempts() - attempts)
                .as("attempts by the one who slept: at most the one for which the lease was looked at before")
                .isLessThanOrEqualTo(1);
        world.assertEndIsRight();
        assertThat(heir.hasMet()).isFalse();
    }

    /** Up to four clients are closed, or up to three of them die, one after the other or with the next already at work, each at a random stage. */
    @Test
    void whateverHappensToHowManySomebodyGoesOn() {
        long seed = System.nanoTime();
        int died = 0;
        for (int round = 0; round < ROUNDS; round++) {
            died += round(seed + round);
        }
        assertThat(died).as("fates that were met, seed %d", seed).isGreaterThan(ROUNDS / 4);
    }

    private int round(long seed) {
        Random random = new Random(seed);
        List<Stage> stages = stages().toList();
        QueueCrashWorld world = new QueueCrashWorld("seed " + seed);
        int fates = 1 + random.nextInt(4);
        QueueCrashClient before = null;
        for (int i = 0; i < fates && !world.hasEnded(); i++) {
            Fate fate = random.nextInt(4) == 0 || i == MOST_DEATHS ? Fate.CLOSED : Fate.KILLED;
            Stage stage = stages.get(random.nextInt(stages.size()));
            QueueCrashClient next = client(world, fate, stage, 1 + random.nextInt(3), LEASE);
            if (i == 0) {
                next.submit();
            } else {
                next.start();
            }
            QueueCrashClient awaited = before == null ? next : before;
            before = before == null && random.nextBoolean() ? next : null;
            if (before == null) {
                long patience = world.time.nanoTime() + Duration.ofSeconds(20).toNanos();
                world.runUntil(() -> awaited.isOver() || world.hasEnded() || world.time.nanoTime() - patience > 0);
            }
        }
        heir(world, LEASE);
        world.runUntil(world::hasEnded);
        world.assertEndIsRight();
        world.assertStoreAndSinkAgree();
        world.assertKinds(0);
        return CLIENTS.bury();
    }
}
