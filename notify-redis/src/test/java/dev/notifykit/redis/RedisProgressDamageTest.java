package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.result.SendResult.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import redis.clients.jedis.UnifiedJedis;

/** What is foreign, damaged or too new in Redis is said to be, changes nothing, and concerns nothing but itself. */
class RedisProgressDamageTest {

    private static final FanOutId ID = FanOutId.of("damaged");
    private static final FanOutId OTHER = FanOutId.of("whole");
    private static final byte NEWER_VERSION = 9;

    private TestStores stores;
    private UnifiedJedis client;
    private RedisKeys keys;
    private ProgressStore store;

    /** Something happens to a value. */
    private record Damage(String name, boolean newer, UnaryOperator<byte[]> change) {}

    private static final List<Damage> DAMAGES = List.of(
            new Damage("truncated", false, bytes -> Arrays.copyOf(bytes, bytes.length - 1)),
            new Damage("empty", false, bytes -> new byte[0]),
            new Damage("foreign", false, bytes -> "something else".getBytes(StandardCharsets.UTF_8)),
            new Damage("newer", true, bytes -> {
                byte[] changed = bytes.clone();
                changed[0] = NEWER_VERSION;
                return changed;
            }));

    @BeforeEach
    void launch() {
        stores = new TestStores(SharedRedis.of(RedisTopology.Kind.SINGLE));
        client = stores.client();
        keys = new RedisKeys(
                RedisSettings.builder().prefix(stores.prefix("-shared")).build());
        store = stores.create("-shared").progressStore();
        Stream.of(ID, OTHER)
                .forEach(id -> store.create(ProgressSteps.spec(id), List.of("a", "b"), OptionalLong.empty()));
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private ShardGrant acquire() {
        return store.acquire(ID, 0, "me", ProgressSteps.LEASE).orElseThrow();
    }

    private void assertCorrupt(boolean newer, Runnable call) {
        ProgressCorruptException e = catchThrowableOfType(ProgressCorruptException.class, call::run);
        assertThat(e).as("the typed error").isNotNull();
        assertThat(e.isNewer()).as(e.getMessage()).isEqualTo(newer);
        assertThat(e).hasMessageContaining(ID.value());
    }

    private void assertOthersAreWorkedOn() {
        assertThat(store.active()).contains(OTHER);
        assertThat(store.freeShards(OTHER)).containsExactly(0, 1);
        assertThat(store.acquire(OTHER, 0, "me", ProgressSteps.LEASE)).isPresent();
    }

    @Test
    void aFanOutOfAnotherTypeIsLeftOut() {
        client.set(keys.fanOut(ID), new byte[] {1});

        assertThat(store.active()).containsExactly(OTHER);
        assertCorrupt(false, () -> store.spec(ID));
        assertCorrupt(false, () -> store.progress(ID));
        assertCorrupt(false, () -> store.wanted(ID));
        assertCorrupt(false, () -> store.command(ID, ProgressStore.Command.PAUSE));
        assertCorrupt(false, () -> store.acquire(ID, 0, "me", ProgressSteps.LEASE));
        assertCorrupt(false, () -> store.create(ProgressSteps.spec(ID), List.of("a"), OptionalLong.empty()));
        assertOthersAreWorkedOn();
    }

    @Test
    void aFanOutOfANewerBuildIsLeftToNewerInstances() {
        client.hset(keys.fanOut(ID), bytes("v"), bytes("2"));

        assertThat(store.active()).containsExactly(OTHER);
        assertCorrupt(true, () -> store.spec(ID));
        assertCorrupt(true, () -> store.command(ID, ProgressStore.Command.CANCEL));
        assertThat(client.hexists(keys.fanOut(ID), bytes("cmd"))).isFalse();
        assertOthersAreWorkedOn();
    }

    @TestFactory
    Stream<DynamicTest> aSpecThatCannotBeRead() {
        byte[] spec = client.hget(keys.fanOut(ID), bytes("spec"));
        return DAMAGES.stream()
                .map(damage -> DynamicTest.dynamicTest(damage.name(), () -> {
                    client.hset(keys.fanOut(ID), bytes("spec"), damage.change().apply(spec));

                    ProgressStore fresh = stores.create("-shared").progressStore();
                    assertThat(fresh.active()).containsExactly(OTHER);
                    assertCorrupt(damage.newer(), () -> fresh.spec(ID));

                    client.hset(keys.fanOut(ID), bytes("spec"), spec);
                    assertThat(fresh.active()).as("repaired").containsExactly(ID, OTHER);
                }));
    }

    @Test
    void aShardOfAnotherTypeIsLeftOut() {
        client.set(keys.shard(ID, 0).shard(), new byte[] {1});

        assertThat(store.freeShards(ID)).containsExactly(1);
        assertCorrupt(false, () -> store.acquire(ID, 0, "me", ProgressSteps.LEASE));
        assertCorrupt(false, () -> store.progress(ID));
        assertThat(store.acquire(ID, 1, "me", ProgressSteps.LEASE)).isPresent();
        assertOthersAreWorkedOn();
    }

    @Test
    void aShardOfANewerBuildIsLeftToNewerInstances() {
        ShardLease lease = acquire().lease();
        client.hset(keys.shard(ID, 0).shard(), bytes("v"), bytes("2"));

        assertCorrupt(true, () -> store.openPage(lease, 0, ProgressSteps.rows(1), null));
        assertCorrupt(true, () -> store.renew(lease, ProgressSteps.LEASE));
        assertThat(store.freeShards(ID)).containsExactly(1);
        assertOthersAreWorkedOn();
    }

    /** Whoever finds a page that he cannot read leaves the shard as it was: the next one knows as much as he did. */
    @TestFactory
    Stream<DynamicTest> aPageThatCannotBeRead() {
        ShardLease lease = acquire().lease();
        store.openPage(lease, 0, ProgressSteps.rows(9), "next");
        store.mark(lease, List.of(ProgressSteps.ended(0, 3)));
        store.release(lease);
        byte[] manifest = client.get(keys.shard(ID, 0).manifest(0));
        return DAMAGES.stream()
                .map(damage -> DynamicTest.dynamicTest(damage.name(), () -> {
                    client.set(keys.shard(ID, 0).manifest(0), damage.change().apply(manifest));

                    ProgressStore fresh = stores.create("-shared").progressStore();
                    assertCorrupt(damage.newer(), () -> fresh.acquire(ID, 0, "me", ProgressSteps.LEASE));
                    assertThat(fresh.freeShards(ID))
                            .as("it is not tried again at once")
                            .containsExactly(1);
                    assertThat(stores.create("-shared").progressStore().freeShards(ID))
                            .containsExactly(0, 1);

                    client.set(keys.shard(ID, 0).manifest(0), manifest);
                    ShardGrant repaired = acquire();
                    assertThat(repaired.released()).isTrue();
                    assertThat(repaired.openPages().get(0).rows()).isEqualTo(ProgressSteps.rows(9));
                    store.release(repaired.lease());
                }));
    }

    @Test
    void afterAPageThatCouldNotBeReadTheDoubtRemains() {
        ShardLease vanished = acquire().lease();
        store.openPage(vanished, 0, ProgressSteps.rows(9), "next");
        byte[] manifest = client.get(keys.shard(ID, 0).manifest(0));
        client.del(keys.shard(ID, 0).manifest(0));
        stores.passTime(ProgressSteps.LEASE);
        assertCorrupt(false, () -> store.acquire(ID, 0, "me", ProgressSteps.LEASE));
        client.set(keys.shard(ID, 0).manifest(0), manifest);

        assertThat(acquire().released()).isFalse();
    }

    @TestFactory
    Stream<DynamicTest> marksThatCannotBeNotedChangeNothing() {
        ShardLease lease = acquire().lease();
        store.openPage(lease, 0, ProgressSteps.rows(9), "next");
        store.mark(lease, List.of(ProgressSteps.parked(0, 8, Duration.ZERO)));
        FanOutProgress before = store.progress(ID).orElseThrow();
        ShardKeys shard = keys.shard(ID, 0);
        return Stream.of(shard.due(), shard.parked(), shard.marks(0), shard.intents(0))
                .map(key -> DynamicTest.dynamicTest(new String(key, StandardCharsets.US_ASCII), () -> {
                    byte[] dump = client.exists(key) ? client.dump(key) : null;
                    client.del(key);
                    client.rpush(key, new byte[] {1});

                    assertCorrupt(
                            false,
                            () -> store.mark(
                                    lease,
                                    List.of(ProgressSteps.ended(0, 0), ProgressSteps.parked(0, 1, Duration.ZERO))));

                    client.del(key);
                    if (dump != null) {
                        client.restore(key, 0, dump);
                    }
                    assertThat(store.progress(ID)).hasValue(before);
                    assertThat(store.parked(lease, true, 9)).hasSize(1);
                }));
    }

    @Test
    void marksOfAnotherLengthAreNotBelieved() {
        ShardLease lease = acquire().lease();
        store.openPage(lease, 0, ProgressSteps.rows(9), "next");
        client.set(keys.shard(ID, 0).marks(0), new byte[2]);

        assertCorrupt(false, () -> store.mark(lease, List.of(ProgressSteps.ended(0, 0))));
        store.release(lease);
        assertCorrupt(false, () -> store.acquire(ID, 0, "me", ProgressSteps.LEASE));
    }

    @Test
    void aResultOfANewerBuildIsNotGuessedAt() {
        ShardLease lease = acquire().lease();
        store.openPage(lease, 0, ProgressSteps.rows(2), "next");
        client.set(keys.shard(ID, 0).marks(0), new byte[] {(byte) 0xF0});
        store.release(lease);

        assertCorrupt(false, () -> store.acquire(ID, 0, "me", ProgressSteps.LEASE));
    }

    @TestFactory
    Stream<DynamicTest> aParkedRowThatCannotBeRead() {
        ShardLease lease = acquire().lease();
        store.openPage(lease, 0, ProgressSteps.rows(9), "next");
        store.mark(lease, List.of(ProgressSteps.parked(0, 8, Duration.ZERO)));
        byte[] field = client.hkeys(keys.shard(ID, 0).parked()).iterator().next();
        byte[] row = client.hget(keys.shard(ID, 0).parked(), field);
        return DAMAGES.stream()
                .map(damage -> DynamicTest.dynamicTest(damage.name(), () -> {
                    client.hset(
                            keys.shard(ID, 0).parked(), field, damage.change().apply(row));

                    assertCorrupt(damage.newer(), () -> store.parked(lease, true, 9));
                    store.mark(lease, List.of(ProgressSteps.ended(0, 0)));
                    assertOthersAreWorkedOnStill();
                }));
    }

    private void assertOthersAreWorkedOnStill() {
        assertThat(store.active()).contains(OTHER);
        assertThat(store.progress(OTHER)).isPresent();
    }

    @Test
    void fieldsOfNewerBuildsAreKept() {
        ShardLease lease = acquire().lease();
        client.hset(keys.shard(ID, 0).shard(), bytes("news"), bytes("kept"));
        client.hset(keys.fanOut(ID), bytes("news"), bytes("kept"));

        store.openPage(lease, 0, ProgressSteps.rows(1), null);
        store.mark(lease, List.of(ProgressSteps.ended(0, 0)));
        store.closePage(lease, 0);
        store.command(ID, ProgressStore.Command.PAUSE);
        store.endShard(lease, ProgressStore.ShardEnd.COMPLETED, null);

        assertThat(store.progress(ID).orElseThrow().count(Kind.ACCEPTED)).isEqualTo(1);
        assertThat(client.hget(keys.shard(ID, 0).shard(), bytes("news"))).isEqualTo(bytes("kept"));
        assertThat(client.hget(keys.fanOut(ID), bytes("news"))).isEqualTo(bytes("kept"));
    }

    @Test
    void aForeignEntryInTheListIsOverlooked() {
        client.zadd(keys.fanOuts(), 1, new byte[] {(byte) 0xFF, 0});

        assertThat(store.active()).containsExactly(ID, OTHER);
        client.set(keys.fanOuts(), new byte[] {1});
        assertThatThrownBy(store::active).isInstanceOf(ProgressCorruptException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
