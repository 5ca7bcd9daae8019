package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.PartitionLostException;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.RestoreParams;

/**
 * Redis forgets the last things that it has said, as after a failover. Whoever owns something must not go on as if they were so, though the lease is
 * still good.
 */
class RedisRollbackTest {

    private static final FanOutId ID = FanOutId.of("a");
    private static final String NAME = "-rollback";

    private final TestStores stores = new TestStores(SharedRedis.of(RedisTopology.Kind.SINGLE));
    private final UnifiedJedis client = stores.client();
    private final RedisStores mine = stores.create(NAME, settings -> settings.partitions(1));
    private final Map<byte[], byte[]> kept = new HashMap<>();

    @AfterEach
    void close() {
        stores.close();
    }

    private void keep() {
        for (String key : client.keys(stores.prefix(NAME) + "*")) {
            byte[] name = key.getBytes(StandardCharsets.UTF_8);
            kept.put(name, client.dump(name));
        }
    }

    private void rollBack() {
        client.keys(stores.prefix(NAME) + "*").forEach(client::del);
        kept.forEach((key, value) -> client.restore(key, 0, value, RestoreParams.restoreParams()));
    }

    /** What the owner of a partition does next. */
    enum QueueCall {
        FETCH,
        SETTLE,
        EXPAND,
        ALONE,
        RENEW;

        void make(WorkQueue queue, PartitionLease lease, Delivery delivery) {
            switch (this) {
                case FETCH -> Queues.fetch(queue, lease);
                case SETTLE -> queue.settle(lease, List.of(Queues.ended(delivery)));
                case EXPAND -> queue.expand(lease, List.of());
                case ALONE -> queue.alone(lease, delivery);
                case RENEW -> queue.renew(lease, Queues.LEASE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoeverOwnsAPartitionBeginsAnew(QueueCall next) {
        WorkQueue queue = mine.workQueue();
        Queues.submit(queue, Queues.to("m"));
        PartitionLease lease = Queues.own(queue, 0);
        keep();
        Delivery delivery = Queues.fetchOne(queue, lease);
        rollBack();

        assertThatThrownBy(() -> next.make(queue, lease, delivery)).isInstanceOf(PartitionLostException.class);
        PartitionLease again = Queues.own(queue, 0);
        assertThat(Queues.fetchOne(queue, again).id()).isEqualTo(delivery.id());
        queue.renew(again, Queues.LEASE);
        queue.settle(again, List.of(Queues.ended(delivery)));
        assertThat(queue.state().pending()).isZero();
        assertThat(Queues.isLawful(queue.state())).isTrue();
    }

    /** What the owner of a shard does next. */
    enum ShardCall {
        OPEN,
        INTEND,
        MARK,
        CLOSE,
        PARKED,
        DOUBT,
        END,
        RENEW;

        void make(ProgressStore store, ShardLease lease) {
            switch (this) {
                case OPEN -> store.openPage(lease, 2, ProgressSteps.rows(2), null);
                case INTEND -> store.intend(lease, 1, new BitSet());
                case MARK -> store.mark(lease, List.of(ProgressSteps.ended(1, 1)));
                case CLOSE -> store.closePage(lease, 0);
                case PARKED -> store.parked(lease, true, 1);
                case DOUBT -> store.addPossibleDuplicates(lease, 1);
                case END -> store.endShard(lease, ProgressStore.ShardEnd.COMPLETED, null);
                case RENEW -> store.renew(lease, ProgressSteps.LEASE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoeverOwnsAShardBeginsAnew(ShardCall next) {
        ProgressStore store = mine.progressStore();
        store.create(ProgressSteps.spec(ID), List.of("all"), OptionalLong.empty());
        ShardLease lease = own(store).lease();
        store.openPage(lease, 0, ProgressSteps.rows(2), "cursor");
        store.mark(lease, List.of(ProgressSteps.ended(0, 0)));
        keep();
        store.mark(lease, List.of(ProgressSteps.ended(0, 1)));
        store.openPage(lease, 1, ProgressSteps.rows(2), "further");
        rollBack();

        assertThatThrownBy(() -> next.make(store, lease)).isInstanceOf(FencedException.class);
        stores.passTime(ProgressSteps.LEASE);
        ShardGrant again = own(store);
        assertThat(again.cursor()).isEqualTo("cursor");
        assertThat(again.openPages()).extracting(OpenPage::number).containsExactly(0);
        store.mark(again.lease(), List.of(ProgressSteps.ended(0, 1)));
        store.closePage(again.lease(), 0);
        store.openPage(again.lease(), 1, ProgressSteps.rows(2), null);
        assertThat(store.progress(ID).orElseThrow().done()).isEqualTo(2);
        assertThat(store.progress(ID).orElseThrow().isConserved()).isTrue();
    }

    private static ShardGrant own(ProgressStore store) {
        return store.acquire(ID, 0, "me", ProgressSteps.LEASE).orElseThrow();
    }
}
