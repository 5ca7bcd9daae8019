package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.ANNA;
import static dev.notifykit.redis.Dedup.BERT;
import static dev.notifykit.redis.Dedup.DUPLICATE;
import static dev.notifykit.redis.Dedup.answer;
import static dev.notifykit.redis.Dedup.claim;
import static dev.notifykit.redis.Dedup.confirm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.DedupUnavailableException;
import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.Jedis;

/** The primary dies, and a replica takes its place. */
@ExtendWith(RedisLogs.class)
class SentinelDedupFaultsTest {

    private static final DedupKey EVENT = DedupKey.of("match-7");
    private static final DedupKey OPEN = DedupKey.of("match-8");

    @Test
    void afterAFailoverItGoesOnWithoutAPerson() throws Exception {
        try (RedisTopology redis = RedisTopology.withSentinel(RedisBinary.preferred());
                RedisStores stores = RedisStores.connect(RedisConfig.sentinel(RedisTopology.PRIMARY_NAME)
                        .node("127.0.0.1", redis.sentinel().port())
                        .build())) {
            DedupStore store = stores.dedupStore();
            answer(claim(store, EVENT, ANNA));
            assertThat(answer(confirm(store, EVENT, ANNA))).isTrue();
            answer(claim(store, OPEN, ANNA));
            awaitReplica(redis);
            redis.killPrimary();

            Await.until(Duration.ofMinutes(3), () -> answers(store), () -> "no failover\n" + redis.logTails());
            assertThat(answer(claim(store, EVENT, BERT))).isEqualTo(DUPLICATE);
            assertThat(answer(confirm(store, OPEN, ANNA))).isTrue();
        }
    }

    /** Until then every call fails as the contract says. */
    private static boolean answers(DedupStore store) {
        try {
            answer(store.claim(DedupKey.of("probe"), ANNA, Dedup.TERMS));
            return true;
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(DedupUnavailableException.class);
            return false;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** What the replica has not got yet would be lost, and rightly. */
    private static void awaitReplica(RedisTopology redis) {
        try (Jedis primary = redis.node().connect();
                Jedis replica = redis.nodes().get(1).connect()) {
            long written = primary.dbSize();
            Await.until(Duration.ofSeconds(60), () -> replica.dbSize() == written, () -> "the replica does not follow");
        }
    }
}
