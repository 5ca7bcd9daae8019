package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.observe.Health;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Clients over one Redis keep to limits together. The clients' clock and that of the scripts are moved by the test, hand in hand; attempts are counted by it, so that a slow
 * machine changes nothing in what may not be exceeded.
 */
@ExtendWith(RedisLogs.class)
class RedisLimitsFleetTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STEP = Duration.ofMillis(20);
    private static final int STEPS_PER_SECOND = 50;
    private static final long LONGEST_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final LaneKey LANE = LaneKey.of("app", ProviderId.APNS);

    private final RedisTopology redis = RedisTopology.single(RedisBinary.preferred());
    private final String prefix = "t" + UUID.randomUUID();
    private final ManualTime time = ManualTime.create();
    private final long start = time.nanoTime();
    private final Clock clock = new Clock();
    private final AtomicIntegerArray attempts = new AtomicIntegerArray(1_200 * STEPS_PER_SECOND);
    private final List<AutoCloseable> made = new ArrayList<>();

    RedisLimitsFleetTest() {
        clock.standStill(Duration.ofDays(20_000));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : made) {
            each.close();
        }
        redis.close();
    }

    private RedisStores stores() {
        var jedis = redis.newClient();
        RedisStores stores = RedisStores.of(
                jedis, RedisSettings.builder().prefix(prefix).timeout(PATIENCE).build(), clock);
        made.add(stores);
        made.add(jedis);
        return stores;
    }

    private PushClient client(FakePushService apns, LaneLimits limits, FanOutHandler... handlers) {
        RedisStores stores = stores();
        var builder = PushClient.builder()
                .app("app", apns)
                .limits(limits)
                .rateStore(stores.rateStore())
                .capStore(stores.capStore())
                .timeSource(time)
                .owned(false);
        Stream.of(handlers).forEach(builder::handler);
        PushClient client = builder.build();
        made.add(0, () -> client.close(Duration.ZERO));
        return client;
    }

    private FakePushService counting() {
        return FakePushService.create(ProviderId.APNS).maxInFlight(500).respondWith(request -> {
            attempts.incrementAndGet(Math.toIntExact((time.nanoTime() - start) / STEP.toNanos()));
            return new PushResponse.Accepted("id");
        });
    }

    private static CompletableFuture<SendResult> send(PushClient client, String token) {
        return client.send(PushRequest.builder(Target.apns("app", token), Notification.alert("a", "b"))
                .build());
    }

    private void pass(Duration by) {
        for (long millis = 0; millis < by.toMillis(); millis += STEP.toMillis()) {
            time.advance(STEP);
            clock.pass(STEP);
            settle();
        }
    }

    private void passUntil(String what, java.util.function.BooleanSupplier condition) {
        Await.until(
                PATIENCE,
                () -> {
                    pass(STEP);
                    return condition.getAsBoolean();
                },
                () -> "gave up waiting until " + what);
    }

    /** Until the clients' threads have nothing to do, for three looks; not for long, since nothing depends on it. */
    private static void settle() {
        long deadline = System.nanoTime() + LONGEST_STEP_NANOS;
        for (int idle = 0; idle < 3 && System.nanoTime() - deadline < 0; ) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(150));
            idle = clientsAreIdle() ? idle + 1 : 0;
        }
    }

    private static boolean clientsAreIdle() {
        Thread[] threads = new Thread[Thread.activeCount() + 16];
        int count = Thread.enumerate(threads);
        return Stream.of(threads)
                .limit(count)
                .filter(thread -> thread.getName().startsWith("notify-"))
                .noneMatch(thread ->
                        thread.getState() == Thread.State.RUNNABLE || thread.getState() == Thread.State.BLOCKED);
    }

    private int attempted() {
        return IntStream.range(0, attempts.length()).map(attempts::get).sum();
    }

    private int mostInTenSeconds() {
        int window = 10 * STEPS_PER_SECOND;
        int sum = 0;
        int most = 0;
        for (int i = 0; i < attempts.length(); i++) {
            sum += attempts.get(i) - (i >= window ? attempts.get(i - window) : 0);
            most = Math.max(most, sum);
        }
        return most;
    }

    private static boolean isUp(PushClient client) {
        return client.health().status() == Health.Status.UP;
    }

    @Test
    void aRateOverThreeClientsHoldsWhileOneDiesAndRedisIsKilledAndComesBack() throws Exception {
        LaneLimits limits = LaneLimits.builder().fleetRatePerSecond(1_000).build();
        List<AudienceRow> rows = IntStream.range(0, 5_000)
                .mapToObj(i -> new AudienceRow("k" + i, Target.apns("app", "row-" + i)))
                .toList();
        PushClient one = client(
                counting(),
                limits,
                FanOutHandler.builder("all")
                        .audience(Audience.of(rows))
                        .lanes(LANE)
                        .build());
        PushClient two = client(counting(), limits);
        PushClient three = client(counting(), limits);
        one.start();
        one.fanOuts()
                .launch(FanOutSpec.builder(FanOutId.of("campaign"), "all", Notification.alert("a", "b"))
                        .build());
        Stream.of(one, two, three)
                .forEach(client -> IntStream.range(0, 9_000).forEach(i -> send(client, "token-" + i)));
        passUntil(
                "all send",
                () -> Stream.of(one, two, three)
                        .allMatch(client -> client.lanes().state(LANE).attempts() > 0));
        pass(Duration.ofSeconds(4));
        three.close(Duration.ZERO);
        pass(Duration.ofSeconds(4));

        redis.node().killHard();
        passUntil("both have noticed", () -> !isUp(one) && !isUp(two));
        int before = attempted();
        passUntil("they go on without Redis", () -> attempted() > before + 100);
        assertThat(two.health().reasons())
                .as("the last known share; the dead one may be forgotten by then")
                .anyMatch(reason -> reason.matches(".*rate store.*1/[23] of 1000\\.0.*"));
        pass(Duration.ofSeconds(8));

        redis.node().restart();
        passUntil("both are back", () -> isUp(one) && isUp(two));
        int back = attempted();
        passUntil("they go on", () -> attempted() > back + 1_000);
        pass(Duration.ofSeconds(3));
        assertThat(mostInTenSeconds()).isLessThanOrEqualTo(10_500);
    }

    @Test
    void aCapHoldsOverThreeClients() throws Exception {
        LaneLimits limits =
                LaneLimits.builder().perDevice(3, Duration.ofHours(1)).build();
        FakePushService apns = FakePushService.create(ProviderId.APNS).maxInFlight(100);
        List<PushClient> clients = List.of(client(apns, limits), client(apns, limits), client(apns, limits));
        List<CompletableFuture<SendResult>> sends = IntStream.range(0, 900)
                .mapToObj(i -> send(clients.get(i % 3), "token-" + i / 9))
                .toList();
        List<SendResult> results = new ArrayList<>();
        for (CompletableFuture<SendResult> each : sends) {
            results.add(each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }

        assertThat(results).filteredOn(SendResult.Accepted.class::isInstance).hasSize(300);
        assertThat(results)
                .filteredOn(new SendResult.Suppressed(SendResult.Suppressed.Why.CAPPED)::equals)
                .hasSize(600);
        IntStream.range(0, 100)
                .forEach(i -> assertThat(apns.requestsTo("token-" + i)).hasSize(3));
    }

    @Test
    void withoutRedisACapStopsNobody() throws Exception {
        LaneLimits limits =
                LaneLimits.builder().perDevice(1, Duration.ofHours(1)).build();
        FakePushService apns = FakePushService.create(ProviderId.APNS);
        PushClient client = client(apns, limits);
        redis.node().killHard();
        for (int i = 0; i < 3; i++) {
            assertThat(send(client, "a").get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(SendResult.Accepted.class);
        }
        Collection<String> reasons = client.health().reasons();
        assertThat(reasons).anyMatch(reason -> reason.contains("3 requests went on unchecked"));
        redis.node().restart();
        passUntil("it is back", () -> {
            try {
                send(client, "b").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return isUp(client);
        });
        assertThat(send(client, "b").get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(new SendResult.Suppressed(SendResult.Suppressed.Why.CAPPED));
    }
}
