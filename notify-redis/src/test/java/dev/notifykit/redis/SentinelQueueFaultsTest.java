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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The primary dies with writes that no replica has, and the replica takes its place. */
@ExtendWith(RedisLogs.class)
class SentinelQueueFaultsTest {

    private static final Duration PATIENCE = Duration.ofMillis(400);

    @Test
    void nothingThatWasKeptIsLostByAFailover() {
        try (RedisTopology redis = RedisTopology.withSentinel(RedisBinary.preferred());
                RedisStores stores = RedisStores.connect(RedisConfig.sentinel(RedisTopology.PRIMARY_NAME)
                        .node("127.0.0.1", redis.sentinel().port())
                        .settings(RedisSettings.builder()
                                .queue(QueueSettings.builder()
                                        .durability(Durability.replicated(1, PATIENCE))
                                        .build())
                                .build())
                        .build())) {
            WorkQueue queue = stores.workQueue();
            Set<String> kept = new HashSet<>();
            Set<String> all = new HashSet<>();
            int unsure = 0;
            for (int i = 0; i < 100; i++) {
                if (i == 80) {
                    redis.nodes().get(1).freeze();
                }
                List<Submission> some = Queues.many("m" + i + "-", i < 80 ? 5 : 1);
                some.forEach(one -> all.add(one.message().id().value()));
                if (i >= 80 && unsure >= 3) {
                    break;
                }
                if (isKept(queue, some)) {
                    some.forEach(one -> kept.add(one.message().id().value()));
                } else {
                    unsure++;
                }
            }
            assertThat(unsure).as("submits that only the primary has heard of").isEqualTo(3);
            redis.node().killHard();
            redis.nodes().get(1).thaw();

            Await.until(Duration.ofSeconds(90), () -> answers(queue), () -> "no failover\n" + redis.logTails());
            Set<String> there = Queues.names(queue);
            assertThat(there).containsAll(kept);
            assertThat(kept).hasSizeGreaterThanOrEqualTo(400);
            List<Submission> again = all.stream().map(Queues::to).toList();
            // One node is left, so that nothing new is replicated; but it is stored.
            IntStream.range(0, 2).forEach(i -> isKept(queue, again));
            Set<String> here = Queues.names(queue);
            assertThat(here).isEqualTo(all);
            assertThat(Queues.isLawful(queue.state())).isTrue();
            assertThat(queue.state().made()).as("none twice").isEqualTo(all.size());
        }
    }

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
