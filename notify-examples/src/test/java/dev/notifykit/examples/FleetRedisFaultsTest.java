package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.PushClient;
import dev.notifykit.PushClientBuilder;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutLostException;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.observe.Health;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.redis.ProgressUnavailableException;
import dev.notifykit.redis.RedisConfig;
import dev.notifykit.redis.RedisSettings;
import dev.notifykit.redis.RedisStores;
import dev.notifykit.result.SendResult.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * What befalls the Redis of a fleet, and what a host asks of a fleet in the midst of its work. Real Redis, both vendors over real sockets, three
 * clients with connections of their own; they share a JVM, since here no process has to die. The law is that of
 * {@link FaultWorld#assertAccounted}. The numbers are those of {@code docs/faults.md}.
 */
@Timeout(2 * FaultSize.MOST_SECONDS)
class FleetRedisFaultsTest {

    /** So short that outages need not be long. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    /** So long that no shard changes hands but on purpose. */
    private static final Duration LONG = Duration.ofMinutes(10);

    /** Of a Redis that is away nobody waits for an answer: it refuses connections. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** Rows a second in each lane of each client where all depends on it that there is time before the end. */
    private static final int SLOWLY = 60;

    /** What one lane of one client may have on its way. */
    private static final int IN_FLIGHT = 20;

    private static final int MEMBERS = 3;

    @TempDir
    Path dir;

    private final FaultWorld world = new FaultWorld(FaultSize.RECIPIENTS, Duration.ofMillis(20));
    private RedisServer redis;

    @BeforeEach
    void start() throws IOException {
        // What it has acknowledged it has on its disk.
        redis = RedisServer.start(dir.resolve("redis"), "--appendfsync", "always");
    }

    @AfterEach
    void stop() {
        world.close();
        redis.close();
    }

    private RedisStores stores() {
        return RedisStores.connect(RedisConfig.single("127.0.0.1", redis.port())
                .settings(RedisSettings.builder().timeout(TIMEOUT).build())
                .build());
    }

    private PushClientBuilder member(LaneLimits limits, Duration lease) {
        return world.client(limits).stores(stores()).lease(lease).maxShards(2);
    }

    private static LaneLimits.Builder limits() {
        return LaneLimits.builder().maxInFlight(IN_FLIGHT).retryBudget(1, 1_000);
    }

    private List<PushClient> fleet(Duration lease) {
        return fleet(limits().build(), lease);
    }

    private List<PushClient> fleet(LaneLimits limits, Duration lease) {
        return IntStream.range(0, MEMBERS)
                .mapToObj(i -> world.start(member(limits, lease)))
                .toList();
    }

    /** One that works on nothing and has no lanes. */
    private PushClient console() {
        return world.add(PushClient.builder().handler(world.handler()).stores(stores()));
    }

    private void untilRound(int round) {
        long due = (long) FaultSize.RECIPIENTS * round / (FaultSize.ROUNDS + 1);
        FaultSize.until("round " + round, () -> world.acceptedByAll() >= due);
    }

    private static void untilNothingIsInFlight(List<PushClient> fleet) {
        FaultSize.until(
                "nothing is in flight",
                () -> fleet.stream()
                        .flatMap(client -> client.lanes().all().stream())
                        .allMatch(lane -> lane.inFlight() == 0));
    }

    private static void pass(Duration time) {
        long start = System.nanoTime();
        FaultSize.until("some time has passed", () -> System.nanoTime() - start > time.toNanos());
    }

    /** Whatever else happens, nobody is sent to now. */
    private void assertQuiet() {
        long before = world.requests();
        pass(SHORT);
        assertThat(world.requests()).isEqualTo(before);
    }

    private static FanOutProgress end(FanOut fanOut) {
        FaultSize.until("it has ended", () -> fanOut.progress().state().isEnd());
        return fanOut.progress();
    }

    /** Clients that stand still have nothing left on the wire. */
    private FanOutProgress assertAllAccepted(FanOut fanOut, List<PushClient> fleet) {
        FanOutProgress end = end(fanOut);
        assertThat(end.state()).isEqualTo(FanOutState.COMPLETED);
        assertThat(end.count(Kind.ACCEPTED)).isEqualTo(FaultSize.RECIPIENTS);
        untilNothingIsInFlight(fleet);
        world.assertAccounted(end);
        return end;
    }

    // ---- 7: Redis is away

    @Test
    void whileRedisIsAwayNothingBeginsAndThenItGoesOnByItself() throws Exception {
        List<PushClient> fleet = fleet(SHORT);
        FanOut fanOut = fleet.get(0).fanOuts().launch(FaultWorld.spec());
        FanOutSpec another = FanOutSpec.builder(FanOutId.of("another"), "all", Notification.alert("Goal", "2:0"))
                .build();
        for (int round = 1; round <= FaultSize.ROUNDS; round++) {
            untilRound(round);
            redis.kill();
            pass(SHORT);
            untilNothingIsInFlight(fleet);
            assertQuiet();
            for (PushClient client : fleet) {
                assertThatThrownBy(() -> client.fanOuts().launch(another))
                        .isInstanceOf(ProgressUnavailableException.class);
                FaultSize.until("health says so", () -> client.health().status() != Health.Status.UP);
            }
            redis.start();
        }
        assertAllAccepted(fanOut, fleet);
        assertThat(fleet.get(0).fanOuts().find(another.id())).isEmpty();
        FaultSize.until(
                "all is well",
                () -> fleet.stream().allMatch(client -> client.health().status() == Health.Status.UP));
    }

    // ---- 8: scripts are forgotten, Redis is restarted

    @Test
    void forgottenScriptsAndRestartsAreNotNoticed() throws Exception {
        List<PushClient> fleet = fleet(LONG);
        FanOut fanOut = fleet.get(0).fanOuts().launch(FaultWorld.spec());
        for (int round = 1; round <= FaultSize.ROUNDS; round++) {
            untilRound(round);
            try (Jedis jedis = redis.connect()) {
                jedis.scriptFlush();
            }
            redis.kill();
            redis.start();
        }
        FanOutProgress end = assertAllAccepted(fanOut, fleet);
        assertThat(end.possibleDuplicates()).isZero();
        assertThat(world.repeated()).isZero();
    }

    // ---- 9: somebody empties Redis

    @Test
    void anEmptiedRedisIsSaidAloudAndNeverCompletesAnything() throws Exception {
        List<PushClient> fleet = fleet(limits().ratePerSecond(SLOWLY).build(), SHORT);
        FanOut fanOut = fleet.get(0).fanOuts().launch(FaultWorld.spec());
        List<CompletableFuture<FanOutProgress>> ends = fleet.stream()
                .map(client -> client.fanOuts().find(fanOut.id()).orElseThrow().completion())
                .toList();
        untilRound(1);
        FaultSize.until(
                "all have seen it",
                () -> fleet.stream()
                        .allMatch(client -> client.fanOuts().active().size() == 1));
        try (Jedis jedis = redis.connect()) {
            jedis.flushAll();
        }
        FaultSize.until("all have noticed", () -> ends.stream().allMatch(CompletableFuture::isDone));
        for (CompletableFuture<FanOutProgress> end : ends) {
            assertThatThrownBy(() -> end.get(1, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(FanOutLostException.class);
        }
        assertThatThrownBy(fanOut::progress).isInstanceOf(FanOutLostException.class);
        FaultSize.until(
                "health says so",
                () -> fleet.stream().allMatch(client -> client.health().status() == Health.Status.DOWN));
        assertThat(fleet.get(0).health().reasons())
                .anyMatch(line -> line.contains("fan-out " + fanOut.id() + " has vanished"));
        untilNothingIsInFlight(fleet);
        assertQuiet();
        assertThat(world.acceptedByAll()).as("not everybody was reached").isLessThan(FaultSize.RECIPIENTS);
    }

    // ---- 22: pause, resume and cancel from elsewhere

    @Test
    void whoWorksOnNothingLaunchesPausesResumesAndCancels() {
        int rate = 100; // rows a second in each lane of each client: without a stop it would take ten seconds and more
        LaneLimits limits =
                LaneLimits.builder().ratePerSecond(rate).retryBudget(1, 1_000).build();
        List<PushClient> fleet = List.of(world.start(member(limits, LONG)), world.start(member(limits, LONG)));
        PushClient console = console();
        FanOut fanOut = console.fanOuts().launch(FaultWorld.spec());
        FaultSize.until("both are at work", () -> fleet.stream().allMatch(client -> accepted(client) > 20));

        fanOut.pause();
        assertStops(fleet, rate);
        assertThat(fanOut.progress().state()).isEqualTo(FanOutState.PAUSED);
        assertThat(fanOut.progress().isConserved()).isTrue();

        long before = world.acceptedByAll();
        fanOut.resume();
        FaultSize.until("it goes on", () -> world.acceptedByAll() > before + 50);

        fanOut.cancel();
        fanOut.cancel();
        assertStops(fleet, rate);
        FanOutProgress end = end(fanOut);
        assertThat(end.state()).isEqualTo(FanOutState.CANCELLED);
        assertThat(end.count(Kind.CANCELLED)).isPositive();
        assertThat(end.count(Kind.ACCEPTED)).isEqualTo(world.acceptedByAll());
        world.assertAccounted(end);
    }

    private static long accepted(PushClient client) {
        return client.lanes().all().stream().mapToLong(lane -> lane.accepted()).sum();
    }

    /** What begins after the acknowledgement begins within a second; a slow machine may see that some seconds later. */
    private void assertStops(List<PushClient> fleet, int rate) {
        long ack = world.acceptedByAll() + inFlight(fleet);
        FaultSize.until(
                "nothing waits in the lanes or is on its way",
                () -> fleet.stream()
                        .flatMap(client -> client.lanes().all().stream())
                        .allMatch(lane -> lane.waitingBulk() == 0 && lane.inFlight() == 0));
        assertThat(world.acceptedByAll() - ack).isLessThanOrEqualTo(4L * 2 * fleet.size() * rate);
        assertQuiet();
    }

    private static long inFlight(List<PushClient> fleet) {
        return fleet.stream()
                .flatMap(client -> client.lanes().all().stream())
                .mapToLong(lane -> lane.inFlight())
                .sum();
    }

    // ---- 23: one of several closes

    @Test
    void whoClosesInOrderIsReplacedAtOnce() {
        List<PushClient> fleet = fleet(limits().ratePerSecond(4 * SLOWLY).build(), LONG);
        FanOut fanOut = fleet.get(0).fanOuts().launch(FaultWorld.spec());
        for (int i = 0; i < MEMBERS - 1; i++) {
            PushClient leaving = fleet.get(i);
            untilRound(i + 1);
            CloseReport report = leaving.close(Duration.ofSeconds(30));
            assertThat(report.unfinishedFanOuts()).containsExactly(fanOut.id());
        }
        // With leases of ten minutes it could not end in time if anybody had to wait for one.
        List<PushClient> rest = fleet.subList(MEMBERS - 1, MEMBERS);
        FanOutProgress end =
                assertAllAccepted(rest.get(0).fanOuts().find(fanOut.id()).orElseThrow(), rest);
        assertThat(end.possibleDuplicates()).isZero();
    }
}
