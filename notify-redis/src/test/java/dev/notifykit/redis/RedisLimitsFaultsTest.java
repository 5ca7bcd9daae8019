package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.Gcra;
import dev.notifykit.limit.LimitUnavailableException;
import dev.notifykit.limit.RateAsk;
import dev.notifykit.limit.RateGrant;
import dev.notifykit.limit.RateStore;
import dev.notifykit.limit.Reservation;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.testkit.fault.FaultProxy;
import dev.notifykit.testkit.fault.NextRequest;
import dev.notifykit.testkit.fault.PlannedFault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;

/** Shared limits in Redis when something goes wrong: answers are lost, values are not ours, scripts are forgotten, there is no memory. */
@ParameterizedClass
@MethodSource("dev.notifykit.redis.server.RedisBinary#all")
@ExtendWith(RedisLogs.class)
class RedisLimitsFaultsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Target PHONE = Target.apns("app", "phone-1");
    private static final DeviceCap TWO = new DeviceCap(2, Duration.ofHours(1));
    private static final String RATE = "lane app/apns/PRODUCTION";

    private static RedisTopology redis;

    private final String prefix = "t" + UUID.randomUUID();
    private final RedisSettings settings = RedisSettings.builder()
            .prefix(prefix)
            .timeout(Duration.ofSeconds(50))
            .build();
    private final RedisKeys keys = new RedisKeys(settings);
    private final Clock clock = new Clock();
    private final FaultProxy proxy =
            FaultProxy.to("127.0.0.1", redis.node().port()).start();
    private final RedisClient client = RedisClient.builder()
            .hostAndPort("127.0.0.1", proxy.port())
            .clientConfig(
                    DefaultJedisClientConfig.builder().timeoutMillis(60_000).build())
            .build();
    private final RedisStores stores = RedisStores.of(client, settings, clock);
    private final Jedis jedis = redis.node().connect();
    private long number;

    @Parameter
    private RedisBinary version;

    @BeforeParameterizedClassInvocation
    static void start(RedisBinary binary) {
        redis = RedisTopology.single(binary, "--appendonly", "yes", "--appendfsync", "always");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        redis.close();
    }

    @AfterEach
    void close() {
        jedis.close();
        stores.close();
        client.close();
        proxy.close();
    }

    private CompletionStage<RateGrant> take(int most) {
        return stores.rateStore().take(new RateAsk(RATE, 10, "me", ++number, most));
    }

    private CompletionStage<Boolean> reserve(Reservation place) {
        return stores.capStore().reserve(place, TWO);
    }

    private static Reservation attempt() {
        return Reservation.of(PHONE, RequestId.random());
    }

    private static String text(byte[] key) {
        return new String(key, StandardCharsets.US_ASCII);
    }

    private String rateKey() {
        return text(keys.rate(RATE));
    }

    private byte[] capKey() {
        return keys.cap(PHONE).key();
    }

    private static RedisFailure failure(CompletionStage<?> stage) throws Exception {
        try {
            Object value = stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("it answered: " + value);
        } catch (ExecutionException e) {
            assertThat(e.getCause())
                    .isInstanceOf(LimitUnavailableException.class)
                    .hasCauseInstanceOf(RedisFailure.class);
            for (Throwable t = e.getCause(); t != null; t = t.getCause()) {
                assertThat(t.toString()).doesNotContain("phone", "lane", ":c:", ":r");
            }
            return (RedisFailure) e.getCause().getCause();
        }
    }

    @Test
    void whatWasTakenIsNotTakenAgainWhenTheAnswerIsLost() throws Exception {
        clock.standStill(Duration.ofDays(20_000));
        List<Function<NextRequest, PlannedFault>> faults =
                List.of(NextRequest::resetAfter, NextRequest::resetBefore, request -> request.truncateReply(3));
        for (Function<NextRequest, PlannedFault> fault : faults) {
            assertThat(answer(take(0)).nextIn()).isZero();
            assertThat(answer(struck(fault, () -> take(1))).permits()).isEqualTo(1);
            assertThat(answer(take(5)).permits()).as("of two").isEqualTo(1);
            clock.pass(Duration.ofSeconds(1));

            Reservation first = attempt();
            Reservation second = attempt();
            assertThat(answer(struck(fault, () -> reserve(first)))).isTrue();
            assertThat(answer(reserve(second))).as("the second of two").isTrue();
            assertThat(answer(struck(fault, () -> reserve(attempt())))).isFalse();
            answer(struck(fault, () -> stores.capStore().refund(first)));
            assertThat(answer(stores.capStore().refund(first))).as("done").isFalse();
            assertThat(answer(stores.capStore().refund(second))).isTrue();
        }
    }

    private interface Call<T> {
        CompletionStage<T> make();
    }

    private <T> CompletionStage<T> struck(Function<NextRequest, PlannedFault> fault, Call<T> call)
            throws InterruptedException {
        PlannedFault planned = fault.apply(proxy.nextRequest().containing("EVALSHA"));
        CompletionStage<T> stage = call.make();
        assertThat(planned.await(PATIENCE)).as("the fault happened").isTrue();
        return stage;
    }

    /** The upper bound holds however slow the machine is; two clocks may differ a little. */
    @Test
    void byRedissOwnClockTheRateHolds() throws Exception {
        long began = System.nanoTime();
        int taken = 0;
        for (int i = 1; taken < 700; i++) {
            taken += answer(stores.rateStore().take(new RateAsk("fast", 1_000, "me", i, 50)))
                    .permits();
            double seconds = (System.nanoTime() - began) / 1e9;
            assertThat((double) taken).isLessThanOrEqualTo(1_050 * (seconds + Gcra.BURST.toMillis() / 1_000.0) + 1);
        }
    }

    @Test
    void aClockThatFallsBackStopsNobodyForLong() throws Exception {
        clock.pass(Duration.ofHours(1));
        answer(take(5));
        clock.pass(Duration.ofHours(-1));

        assertThat(answer(take(5)).nextIn()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void everythingHasATimeToLive() throws Exception {
        answer(take(1));
        assertThat(jedis.pttl(rateKey()))
                .isBetween(1L, RateStore.PRESENCE.plusSeconds(2).toMillis());
        answer(stores.rateStore().take(new RateAsk("slow", 0.001, "me", 1, 1)));
        assertThat(jedis.pttl(text(keys.rate("slow"))))
                .as("as long as nobody gets another permit")
                .isGreaterThan(900_000);
        Reservation place = attempt();
        answer(reserve(place));
        answer(reserve(attempt()));
        assertThat(jedis.pttl(capKey())).isBetween(1L, TWO.window().toMillis());
        answer(stores.capStore().refund(place));
        assertThat(jedis.pttl(capKey())).isBetween(1L, TWO.window().toMillis());
    }

    @Test
    void whatIsKeptIsSmall() throws Exception {
        for (int i = 0; i < 3; i++) {
            answer(stores.rateStore()
                    .take(new RateAsk(RATE, 10, UUID.randomUUID().toString(), 1, 1)));
            answer(stores.capStore().reserve(attempt(), new DeviceCap(3, Duration.ofHours(1))));
        }
        assertThat(jedis.memoryUsage(rateKey())).isLessThan(700);
        assertThat(jedis.memoryUsage(capKey())).isLessThan(350);
        assertThat(jedis.keys(prefix + ":*"))
                .filteredOn(key -> key.contains(":c:") || key.endsWith(":r"))
                .hasSize(2)
                .allMatch(key -> key.matches(".*:(\\{[0-7]}:c:[0-9a-f]{32}|\\{[0-9a-f]{32}}:r)"));
    }

    @Test
    void forgottenScriptsAreSentAgain() throws Exception {
        answer(take(1));
        answer(reserve(attempt()));
        redis.node().scriptFlush();

        assertThat(answer(take(1)).permits()).isEqualTo(1);
        assertThat(answer(reserve(attempt()))).isTrue();
    }

    @Test
    void whoHasGoneIsForgotten() throws Exception {
        clock.standStill(Duration.ofDays(20_000));
        for (int i = 0; i < 100; i++) {
            answer(stores.rateStore().take(new RateAsk(RATE, 10, "asker-" + i, 1, 0)));
        }
        clock.pass(RateStore.PRESENCE.plusSeconds(1));
        assertThat(answer(take(0)).askers()).isEqualTo(1);
        assertThat(jedis.hlen(rateKey())).isEqualTo(5);
    }

    @Test
    void whatIsNotOursFailsAndIsNotTouched() throws Exception {
        for (String[] hash : new String[][] {{"v", "2"}, {"v", "x"}, {"t", "soon"}, {"other", "1"}}) {
            jedis.del(rateKey());
            jedis.hset(rateKey(), hash[0], hash[1]);
            assertThat(failure(take(1)).kind()).as("%s %s", hash[0], hash[1]).isEqualTo(RedisFailure.Kind.DAMAGED);
            assertThat(jedis.hgetAll(rateKey())).hasSize(1);
        }
        jedis.del(rateKey());
        jedis.lpush(rateKey(), "x");
        assertThat(failure(take(1)).kind()).isEqualTo(RedisFailure.Kind.DAMAGED);

        jedis.lpush(capKey(), "x".getBytes(StandardCharsets.US_ASCII));
        assertThat(failure(reserve(attempt()))).hasMessageContaining("type");
        for (String value : List.of("", "a note", "\2c", "\1c", "\1d\0\0")) {
            jedis.set(capKey(), value.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(failure(reserve(attempt())).kind()).isEqualTo(RedisFailure.Kind.DAMAGED);
            assertThat(failure(stores.capStore().refund(attempt())).kind()).isEqualTo(RedisFailure.Kind.DAMAGED);
            assertThat(jedis.get(capKey())).isEqualTo(value.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void aPartOfAnEntryIsNeverTakenForTheWhole() throws Exception {
        answer(reserve(attempt()));
        answer(reserve(attempt()));
        byte[] whole = jedis.get(capKey());
        for (int length = 0; length < whole.length; length++) {
            jedis.set(capKey(), Arrays.copyOf(whole, length));
            assertThat(failure(reserve(attempt())).kind())
                    .as("the first %s bytes", length)
                    .isEqualTo(RedisFailure.Kind.DAMAGED);
        }
    }

    @Test
    void oneDamagedEntryHarmsNoOther() throws Exception {
        jedis.set(capKey(), "a note".getBytes(StandardCharsets.US_ASCII));
        List<CompletionStage<Boolean>> others = new ArrayList<>();
        redis.node().freeze();
        CompletionStage<Boolean> damaged;
        try {
            damaged = reserve(attempt());
            IntStream.range(0, 50)
                    .forEach(i ->
                            others.add(reserve(Reservation.of(Target.apns("app", "other-" + i), RequestId.random()))));
        } finally {
            redis.node().thaw();
        }
        assertThat(failure(damaged).kind()).isEqualTo(RedisFailure.Kind.DAMAGED);
        for (CompletionStage<Boolean> other : others) {
            assertThat(answer(other)).isTrue();
        }
    }

    @Test
    void withoutMemoryRatesGoOnAndCapsCannotSay() throws Exception {
        clock.standStill(Duration.ofDays(20_000));
        answer(take(1));
        answer(reserve(attempt()));
        jedis.configSet("maxmemory", "1");
        try {
            assertThat(answer(take(5)).permits()).isEqualTo(1);
            assertThat(answer(take(5)).permits()).as("what was taken was noted").isZero();
            assertThat(failure(reserve(attempt())).kind()).isEqualTo(RedisFailure.Kind.OUT_OF_MEMORY);
        } finally {
            jedis.configSet("maxmemory", "0");
        }
        assertThat(answer(reserve(attempt()))).isTrue();
        assertThat(answer(reserve(attempt()))).isFalse();
    }
}
