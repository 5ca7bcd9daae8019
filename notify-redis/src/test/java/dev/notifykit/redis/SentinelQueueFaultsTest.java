package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.queue.NotReplicatedException;
import dev.notifykit.queue.QueueUnavailableException;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The primary dies with writes that no replica has, and the replica takes its place. */
@ExtendWith(RedisLogs.class)
class SentinelQueueFaultsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration FOR_THE_REPLICA = Duration.ofMillis(400);
    private static final int LISTS = 80;

    @Test
    void nothingThatWasKeptIsLostByAFailover() {
        try (RedisTopology redis = RedisTopology.withSentinel(RedisBinary.preferred());
                RedisStores stores = RedisStores.connect(RedisConfig.sentinel(RedisTopology.PRIMARY_NAME)
                        .node("127.0.0.1", redis.sentinel().port())
                        .settings(RedisSettings.builder()
                                .timeout(Duration.ofSeconds(20))
                                .queue(QueueSettings.builder()
                                        .durability(Durability.replicated(1, FOR_THE_REPLICA))
                                        .build())
                                .build())
                        .build())) {
            WorkQueue queue = stores.workQueue();
            Set<String> kept = new HashSet<>();
            for (int i = 0; i < LISTS; i++) {
                List<Submission> some = Queues.many("m" + i + "-", 5);
                Await.until(PATIENCE, () -> isKept(queue, some), () -> "not replicated\n" + redis.logTails());
                kept.addAll(namesOf(some));
            }
            redis.nodes().get(1).freeze();
            Set<String> all = new HashSet<>(kept);
            int unsure = 0;
            for (int i = 0; unsure < 3 && i < 20; i++) {
                List<Submission> one = Queues.many("lonely" + i + "-", 1);
                all.addAll(namesOf(one));
                if (isKept(queue, one)) {
                    kept.addAll(namesOf(one));
                } else {
                    unsure++;
                }
            }
            assertThat(unsure).as("submits that only the primary has heard of").isEqualTo(3);
            redis.killPrimary();
            redis.nodes().get(1).thaw();

            Await.until(PATIENCE, () -> answers(queue), () -> "no failover\n" + redis.logTails());
            Set<String> there = Queues.names(queue);
            assertThat(there).containsAll(kept);
            List<Submission> again = all.stream().map(Queues::to).toList();
            // One node is left, so that nothing new is replicated; but it is stored.
            IntStream.range(0, 2).forEach(i -> isKept(queue, again));
            Set<String> here = Queues.names(queue);
            assertThat(here).isEqualTo(all);
            assertThat(Queues.isLawful(queue.state())).isTrue();
            assertThat(queue.state().made()).as("none twice").isEqualTo(all.size());
        }
    }

    private static Set<String> namesOf(List<Submission> some) {
        return some.stream().map(one -> one.message().id().value()).collect(Collectors.toSet());
    }

    /** Whether the replica was in time. */
    private static boolean isKept(WorkQueue queue, List<Submission> some) {
        try {
            return queue.submit(some).stream().allMatch(Queues::isQueued);
        } catch (NotReplicatedException e) {
            return false;
        }
    }

    /** Until then every call fails as the contract says. */
    private static boolean answers(WorkQueue queue) {
        try {
            queue.state();
            queue.acquire(0, "me", Queues.LEASE);
            return true;
        } catch (QueueUnavailableException e) {
            return false;
        }
    }
}
