package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.ANNA;
import static dev.notifykit.redis.Dedup.BERT;
import static dev.notifykit.redis.Dedup.DUPLICATE;
import static dev.notifykit.redis.Dedup.NEW;
import static dev.notifykit.redis.Dedup.answer;
import static dev.notifykit.redis.Dedup.claim;
import static dev.notifykit.redis.Dedup.confirm;
import static dev.notifykit.redis.Dedup.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.redis.RedisKeys.PartitionedKey;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisProcess;
import dev.notifykit.redis.server.RedisTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.MigrateParams;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A cluster of which one node hangs, or one slot is on its way to another node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(RedisLogs.class)
class ClusterDedupFaultsTest {

    private static final int EVENTS = 60;

    private final RedisTopology redis =
            RedisTopology.cluster(RedisBinary.preferred(), "--cluster-require-full-coverage", "no");
    private final UnifiedJedis client = redis.newClient();

    @AfterAll
    void stop() {
        client.close();
        redis.close();
    }

    @Test
    void aNodeThatHangsHoldsUpNobodyElse() throws Exception {
        RedisSettings settings = RedisSettings.builder()
                .prefix("hang")
                .timeout(Duration.ofSeconds(10))
                .build();
        RedisKeys keys = new RedisKeys(settings);
        try (RedisStores stores = RedisStores.of(client, settings)) {
            DedupStore store = stores.dedupStore();
            List<DedupKey> events = events();
            for (DedupKey event : events) {
                assertThat(answer(claim(store, event, ANNA))).isEqualTo(NEW);
            }
            RedisProcess hung = redis.node();
            List<RedisProcess> owners = events.stream()
                    .map(event -> redis.ownerOf(
                            JedisClusterCRC16.getSlot(keys.dedup(event).key())))
                    .toList();
            hung.freeze();
            try {
                List<CompletionStage<Boolean>> confirms = events.stream()
                        .map(event -> confirm(store, event, ANNA))
                        .toList();
                int failed = 0;
                for (int i = 0; i < EVENTS; i++) {
                    if (owners.get(i).equals(hung)) {
                        assertThat(failure(confirms.get(i)).mayHaveRun()).isTrue();
                        failed++;
                    } else {
                        assertThat(answer(confirms.get(i))).isTrue();
                    }
                }
                assertThat(failed).isBetween(1, EVENTS - 1);
            } finally {
                hung.thaw();
            }
        }
    }

    @Test
    void aSlotOnItsWayIsNotNoticed() throws Exception {
        RedisSettings settings = RedisSettings.builder()
                .prefix("move")
                .partitions(1) // all in one slot
                .timeout(Duration.ofSeconds(50))
                .build();
        RedisKeys keys = new RedisKeys(settings);
        List<DedupKey> events = events();
        PartitionedKey any = keys.dedup(events.get(0));
        int slot = JedisClusterCRC16.getSlot(any.key());
        RedisProcess from = redis.ownerOf(slot);
        RedisProcess to = redis.nodes().stream()
                .filter(node -> !node.equals(from))
                .findFirst()
                .orElseThrow();
        try (RedisStores stores = RedisStores.of(client, settings);
                Jedis source = from.connect();
                Jedis destination = to.connect()) {
            DedupStore store = stores.dedupStore();
            everyone(claims(store, events), NEW);

            destination.clusterSetSlotImporting(slot, source.clusterMyId());
            source.clusterSetSlotMigrating(slot, destination.clusterMyId());
            everyone(confirms(store, events.subList(0, 20)), true);
            byte[][] some = events.subList(0, 40).stream()
                    .map(event -> keys.dedup(event).key())
                    .toArray(byte[][]::new);
            source.migrate("127.0.0.1", to.port(), 10_000, new MigrateParams(), some);
            everyone(confirms(store, events.subList(10, 50)), true);
            source.migrate(
                    "127.0.0.1",
                    to.port(),
                    10_000,
                    new MigrateParams(),
                    events.subList(40, EVENTS).stream()
                            .map(event -> keys.dedup(event).key())
                            .toArray(byte[][]::new));
            everyone(confirms(store, events.subList(30, EVENTS)), true);
            String newOwner = destination.clusterMyId();
            destination.clusterSetSlotNode(slot, newOwner);
            source.clusterSetSlotNode(slot, newOwner);

            List<CompletionStage<Claim>> again =
                    events.stream().map(event -> claim(store, event, BERT)).toList();
            everyone(again, DUPLICATE);
        }
    }

    private static List<CompletionStage<Claim>> claims(DedupStore store, List<DedupKey> events) {
        return events.stream().map(event -> claim(store, event, ANNA)).toList();
    }

    private static List<CompletionStage<Boolean>> confirms(DedupStore store, List<DedupKey> events) {
        return events.stream().map(event -> confirm(store, event, ANNA)).toList();
    }

    private static <T> void everyone(List<CompletionStage<T>> stages, T expected) throws Exception {
        List<T> answers = new ArrayList<>();
        for (CompletionStage<T> stage : stages) {
            answers.add(answer(stage));
        }
        assertThat(answers).isNotEmpty().containsOnly(expected);
    }

    private static List<DedupKey> events() {
        return IntStream.range(0, EVENTS)
                .mapToObj(i -> DedupKey.of("event-" + i))
                .toList();
    }
}
