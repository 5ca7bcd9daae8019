package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testkit.fault.FaultProxy;
import dev.notifykit.testkit.fault.PlannedFault;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;

/** What happens between a progress store and its Redis: answers get lost, scripts are forgotten, memory runs out. */
@ExtendWith(RedisLogs.class)
class RedisProgressFaultsTest {

    /** What one call is left waiting for in vain; longer ones are tried where a slow machine runs into it with others. */
    private static final int SHORT_TIMEOUT_MILLIS = 400;

    private static final int LONGEST_TIMEOUT_MILLIS = 26_000;
    private static final int PATIENT_MILLIS = 20_000;

    private static RedisTopology redis;
    private static TestStores stores;

    @BeforeAll
    static void start() {
        redis = RedisTopology.single(RedisBinary.preferred());
        stores = new TestStores(redis);
    }

    @AfterAll
    static void stop() {
        stores.close();
        redis.close();
    }

    private static ProgressStore store(String name) {
        return stores.create(name).progressStore();
    }

    /** The link repeats a call whose connection broke: nobody notices, and nothing is counted twice. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "fanout_create",
                "fanout_look",
                "fanout_note",
                "fanout_end",
                "fanouts_add",
                "fanouts_remove",
                "shard_look",
                "shard_acquire",
                "shard_page",
                "shard_renew",
                "shard_release",
                "shard_open",
                "shard_intend",
                "shard_mark",
                "shard_close",
                "shard_parked",
                "shard_doubt",
                "shard_end",
                "shard_expire"
            })
    void anAnswerThatIsLostChangesNothing(String script) {
        FanOutId id = FanOutId.of("same");
        List<String> undisturbed = new ProgressSteps(store("-plain-" + script), id).run();
        byte[] sha = Script.named(script).sha();
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", redis.node().port()).start();
                RedisClient client = client(proxy, PATIENT_MILLIS);
                RedisStores through = RedisStores.of(client, settings("-lost-" + script))) {
            PlannedFault lost = proxy.nextRequest().containing(sha).times(3).resetAfter();

            List<String> disturbed = new ProgressSteps(through.progressStore(), id).run();

            assertThat(lost.applied())
                    .as("answers of %s that were lost", script)
                    .isPositive();
            assertThat(disturbed).isEqualTo(undisturbed);
        }
    }

    /** The caller hears of the timeout, and repeats its call: it has happened once. */
    @ParameterizedTest
    @ValueSource(strings = {"fanout_create", "shard_open", "shard_mark", "shard_close", "shard_end", "fanout_end"})
    void aCallThatTimedOutAndIsRepeatedHappensOnce(String script) {
        FanOutId id = FanOutId.of("same");
        List<String> undisturbed = new ProgressSteps(store("-prompt-" + script), id).run();
        int timeout = SHORT_TIMEOUT_MILLIS;
        while (!timedOutOnceAndIsRepeated(script, timeout, undisturbed)) {
            timeout *= 4;
            assertThat(timeout).as("calls time out that are answered").isLessThan(LONGEST_TIMEOUT_MILLIS);
        }
    }

    /** False when another call has timed out as well. */
    private static boolean timedOutOnceAndIsRepeated(String script, int timeoutMillis, List<String> undisturbed) {
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", redis.node().port()).start();
                RedisClient client = client(proxy, timeoutMillis);
                RedisStores through = RedisStores.of(client, settings("-late-" + timeoutMillis + script))) {
            TestStores.awaitCheck(through);
            PlannedFault lost =
                    proxy.nextRequest().containing(Script.named(script).sha()).dropReply();
            AtomicInteger failures = new AtomicInteger();
            List<String> repeated;
            try {
                repeated = new ProgressSteps(repeating(through.progressStore(), failures), FanOutId.of("same")).run();
            } catch (ProgressUnavailableException e) {
                return false;
            }
            if (failures.get() > 1) {
                return false;
            }
            assertThat(lost.applied()).isEqualTo(1);
            // To the second call of a launch the first one is somebody else's.
            assertThat(repeated.subList(1, repeated.size())).isEqualTo(undisturbed.subList(1, undisturbed.size()));
            return true;
        }
    }

    @Test
    void aRedisThatIsAwayIsSaidToBe() {
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", redis.node().port()).start();
                RedisClient client = client(proxy, PATIENT_MILLIS);
                RedisStores through = RedisStores.of(client, settings("-away"))) {
            ProgressStore store = through.progressStore();
            proxy.refuseConnections().resetConnections();

            assertThatThrownBy(store::active).isInstanceOf(ProgressUnavailableException.class);
            assertThatThrownBy(() -> store.wanted(FanOutId.of("a"))).isInstanceOf(ProgressUnavailableException.class);
            proxy.heal();
            assertThat(store.active()).isEmpty();
        }
    }

    @Test
    void scriptsThatRedisHasForgottenAreSentAgain() {
        ProgressStore store = (ProgressStore) Proxy.newProxyInstance(
                ProgressStore.class.getClassLoader(), new Class<?>[] {ProgressStore.class}, (proxy, method, args) -> {
                    redis.node().scriptFlush();
                    return invoke(store("-flushed"), method, args);
                });

        assertThat(new ProgressSteps(store, FanOutId.of("same")).run())
                .isEqualTo(new ProgressSteps(store("-remembered"), FanOutId.of("same")).run());
    }

    /** A counter alone would repeat itself when Redis has lost the last grants. */
    @Test
    void aFenceOfLostGrantsIsNotGrantedAgain() {
        ProgressStore store = store("-rolled-back");
        FanOutId id = FanOutId.of("a");
        store.create(ProgressSteps.spec(id), List.of("all"), OptionalLong.empty());
        byte[] shard = new RedisKeys(settings("-rolled-back")).shard(id, 0).shard();
        ShardLease before =
                store.acquire(id, 0, "one", ProgressSteps.LEASE).orElseThrow().lease();
        store.release(before);
        byte[] dump = stores.client().dump(shard);
        ShardLease lost =
                store.acquire(id, 0, "two", ProgressSteps.LEASE).orElseThrow().lease();
        stores.client().del(shard);
        stores.client().restore(shard, 0, dump);

        ShardLease heir =
                store.acquire(id, 0, "three", ProgressSteps.LEASE).orElseThrow().lease();

        assertThat(counter(heir)).isEqualTo(counter(lost));
        assertThatThrownBy(() -> store.openPage(lost, 0, ProgressSteps.rows(1), null))
                .isInstanceOf(FencedException.class);
        store.openPage(heir, 0, ProgressSteps.rows(1), null);
    }

    private static String counter(ShardLease lease) {
        return lease.fence().substring(0, lease.fence().indexOf('-'));
    }

    @Test
    void withoutMemoryNothingBeginsAndWhatHasBegunEnds() {
        for (RedisBinary binary : RedisBinary.all()) {
            try (RedisTopology small = RedisTopology.single(binary);
                    TestStores there = new TestStores(small);
                    Jedis admin = small.node().connect()) {
                ProgressStore store = there.create().progressStore();
                FanOutId id = FanOutId.of("a");
                store.create(ProgressSteps.spec(id), List.of("all"), OptionalLong.empty());
                ShardLease lease = store.acquire(id, 0, "one", ProgressSteps.LEASE)
                        .orElseThrow()
                        .lease();
                store.openPage(lease, 0, ProgressSteps.rows(2), "next");
                admin.configSet("maxmemory", "1");

                assertThatThrownBy(() -> store.openPage(lease, 1, ProgressSteps.rows(1), null))
                        .isInstanceOf(ProgressUnavailableException.class);
                assertThatThrownBy(() -> store.create(
                                ProgressSteps.spec(FanOutId.of("b")), List.of("all"), OptionalLong.empty()))
                        .isInstanceOf(ProgressUnavailableException.class);
                store.mark(lease, List.of(ProgressSteps.ended(0, 0), ProgressSteps.parked(0, 1, Duration.ZERO)));
                store.addPossibleDuplicates(lease, 1);
                store.renew(lease, ProgressSteps.LEASE);
                store.closePage(lease, 0);
                store.release(lease);
                ShardLease next = store.acquire(id, 0, "two", ProgressSteps.LEASE)
                        .orElseThrow()
                        .lease();
                assertThat(store.parked(next, true, 9)).hasSize(1);
                store.mark(next, List.of(new Mark.ParkedEnded(ParkedRow.id(0, 1), Kind.ACCEPTED)));
                store.command(id, ProgressStore.Command.CANCEL);
                store.endShard(next, ProgressStore.ShardEnd.CANCELLED, null);

                assertThat(store.active()).isEmpty();
                assertThat(store.progress(id).orElseThrow().done()).isEqualTo(2);
                assertThat(store.progress(FanOutId.of("b"))).isEmpty();
                assertThat(store.progress(id).orElseThrow().recipients()).isEqualTo(2);
            }
        }
    }

    private static RedisClient client(FaultProxy proxy, int timeoutMillis) {
        return RedisClient.builder()
                .hostAndPort(new HostAndPort(proxy.host(), proxy.port()))
                .clientConfig(DefaultJedisClientConfig.builder()
                        .timeoutMillis(timeoutMillis)
                        .build())
                .build();
    }

    private static RedisSettings settings(String name) {
        return RedisSettings.builder().prefix(stores.prefix(name)).build();
    }

    /** Repeats what Redis did not answer, as the engine does: the first such call. */
    private static ProgressStore repeating(ProgressStore store, AtomicInteger failures) {
        return (ProgressStore) Proxy.newProxyInstance(
                ProgressStore.class.getClassLoader(), new Class<?>[] {ProgressStore.class}, (proxy, method, args) -> {
                    try {
                        return invoke(store, method, args);
                    } catch (ProgressUnavailableException e) {
                        if (failures.incrementAndGet() > 1) {
                            throw e;
                        }
                        return invoke(store, method, args);
                    }
                });
    }

    private static Object invoke(ProgressStore store, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(store, args);
        } catch (InvocationTargetException e) {
            throw Optional.ofNullable(e.getCause()).orElse(e);
        }
    }
}
