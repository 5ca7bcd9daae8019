package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.result.SendResult.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.UnifiedJedis;

/** How long the keys of a fan-out live, and what is made up for when somebody vanished between two steps. */
class RedisProgressLifeTest {

    private static final FanOutId ID = FanOutId.of("a");

    private TestStores stores;
    private UnifiedJedis client;
    private RedisKeys keys;
    private ProgressStore store;

    @BeforeEach
    void connect() {
        stores = new TestStores(SharedRedis.of(RedisTopology.Kind.SINGLE));
        client = stores.client();
        keys = new RedisKeys(
                RedisSettings.builder().prefix(stores.prefix("-life")).build());
        store = stores.create("-life").progressStore();
        store.create(ProgressSteps.spec(ID), List.of("a", "b"), OptionalLong.empty());
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private ShardLease workOn(int shard) {
        ShardLease lease = store.acquire(ID, shard, "me", ProgressSteps.LEASE)
                .orElseThrow()
                .lease();
        store.openPage(lease, 0, ProgressSteps.rows(2), null);
        store.mark(lease, List.of(ProgressSteps.parked(0, 0, Duration.ZERO), ProgressSteps.ended(0, 1)));
        return lease;
    }

    private void finish(ShardLease lease) {
        store.closePage(lease, 0);
        store.mark(lease, List.of(new Mark.ParkedEnded(ParkedRow.id(0, 0), Kind.ACCEPTED)));
        store.endShard(lease, ShardEnd.COMPLETED, null);
    }

    private Set<String> keysThere() {
        Set<String> there = client.keys(stores.prefix("-life") + "*");
        there.remove(stores.prefix("-life") + ":fleet"); // which stays as long as the fleet
        return there;
    }

    @Test
    void whatRunsIsKeptForEverAndWhatHasEndedForAWeek() {
        ShardLease first = workOn(0);
        ShardLease second = workOn(1);
        assertThat(keysThere())
                .hasSize(12)
                .allSatisfy(key -> assertThat(client.pttl(key)).isEqualTo(-1));
        finish(first);
        assertThat(keysThere()).allSatisfy(key -> assertThat(client.pttl(key)).isEqualTo(-1));

        finish(second);

        long week = ProgressStore.KEPT_AFTER_END.toMillis();
        assertThat(keysThere())
                .hasSize(3)
                .allSatisfy(key -> assertThat(client.pttl(key)).isBetween(week - 60_000, week + 3_600_000));
        stores.passTime(ProgressStore.KEPT_AFTER_END.plusHours(2));
        assertThat(keysThere()).isEmpty();
    }

    @Test
    void anEndThatOnlyTheShardsKnowIsNotedByWhoeverLooksForWork() {
        finish(workOn(0));
        finish(workOn(1));
        client.hdel(keys.fanOut(ID), bytes("x"));
        client.persist(keys.fanOut(ID));
        client.persist(keys.shard(ID, 1).shard());
        client.zadd(keys.fanOuts(), 1, bytes(ID.value()));
        assertThat(store.active()).containsExactly(ID);

        assertThat(store.freeShards(ID)).isEmpty();

        assertThat(store.active()).isEmpty();
        assertThat(keysThere())
                .hasSize(3)
                .allSatisfy(key -> assertThat(client.pttl(key)).isPositive());
    }

    @Test
    void anEndThatTheListDoesNotKnowIsNotedByWhoeverReadsIt() {
        finish(workOn(0));
        finish(workOn(1));
        client.persist(keys.shard(ID, 1).shard());
        client.zadd(keys.fanOuts(), 1, bytes(ID.value()));

        assertThat(store.active()).isEmpty();

        assertThat(keysThere())
                .hasSize(3)
                .allSatisfy(key -> assertThat(client.pttl(key)).isPositive());
    }

    @Test
    void aLaunchThatCameNoFurtherThanTheListIsForgotten() {
        byte[] stray = bytes("stray");
        String now = "" + System.currentTimeMillis() * 1_000;
        client.zadd(keys.fanOuts(), Double.parseDouble(now), stray);

        assertThat(store.active()).containsExactly(ID);
        assertThat(client.zscore(keys.fanOuts(), stray))
                .as("its launch may be under way")
                .isNotNull();
        stores.passTime(Duration.ofHours(2));
        assertThat(store.active()).containsExactly(ID);
        assertThat(client.zscore(keys.fanOuts(), stray)).isNull();
    }

    /** Its shards are found again, older than it is: they are not taken for its own. */
    @Test
    void whatIsLeftOfAForgottenFanOutIsNotTakenForAnotherOfItsId() {
        ShardLease old = workOn(0);
        client.del(keys.fanOut(ID));
        store.create(ProgressSteps.spec(ID), List.of("a"), OptionalLong.empty());

        assertThat(store.progress(ID).orElseThrow().recipients()).isZero();
        assertThat(store.freeShards(ID)).containsExactly(0);
        ShardLease fresh =
                store.acquire(ID, 0, "me", ProgressSteps.LEASE).orElseThrow().lease();
        assertThat(fresh.fence()).isNotEqualTo(old.fence());
        store.openPage(fresh, 0, List.of(), null);
        store.closePage(fresh, 0);
        store.endShard(fresh, ShardEnd.COMPLETED, null);
        assertThat(store.progress(ID).orElseThrow().state()).isEqualTo(FanOutState.COMPLETED);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
