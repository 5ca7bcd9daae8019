package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.notifykit.push.MessageId;
import dev.notifykit.queue.NotReplicatedException;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.UnifiedJedis;

/** What is submitted as replicated is on a replica when the call returns, or the call says that it is not. */
@ExtendWith(RedisLogs.class)
class ReplicatedQueueTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration IMPATIENCE = Duration.ofMillis(300);

    /** As many as the pool has, but for those that the queue itself holds at the time. */
    private static final int CONNECTIONS = 6;

    private static WorkQueue queue(RedisStores stores) {
        return stores.workQueue();
    }

    private static RedisStores stores(UnifiedJedis client, String prefix, Duration patience) {
        return RedisStores.of(
                client,
                RedisSettings.builder()
                        .prefix(prefix)
                        .timeout(Duration.ofSeconds(30))
                        .queue(QueueSettings.builder()
                                .durability(Durability.replicated(1, patience))
                                .build())
                        .build());
    }

    @ParameterizedTest
    @MethodSource("dev.notifykit.redis.server.RedisBinary#all")
    void whatNoReplicaHasIsNotKept(RedisBinary binary) {
        try (RedisTopology redis = RedisTopology.withReplica(binary);
                UnifiedJedis client = redis.newClient();
                RedisStores patient = stores(client, "r", PATIENCE);
                RedisStores impatient = stores(client, "r", IMPATIENCE)) {
            assertThat(queue(patient).submit(Queues.many("before", 10))).allMatch(Queues::isQueued);
            redis.awaitReplica();
            openConnections(client);
            redis.nodes().get(1).freeze();
            List<Submission> lonely = Queues.many("lonely", 20);
            NotReplicatedException e = catchThrowableOfType(
                    NotReplicatedException.class, () -> queue(impatient).submit(lonely));
            assertThat(e).as("the only replica is frozen").isNotNull();
            assertThat(e.messages())
                    .containsExactlyInAnyOrderElementsOf(lonely.stream()
                            .map(submission -> submission.message().id())
                            .toList());
            assertThat(catchThrowableOfType(
                            NotReplicatedException.class, () -> queue(impatient).submit(lonely)))
                    .as("again, when there is nothing to write")
                    .isNotNull();

            redis.nodes().get(1).thaw();
            assertThat(queue(patient).submit(lonely)).allMatch(Queues::isQueued);
            assertThat(queue(patient).state().queued()).as("once each").isEqualTo(30);
        }
    }

    /** On one that wrote nothing since the replica went silent, WAIT says that all is well. */
    private static void openConnections(UnifiedJedis client) {
        List<AbstractPipeline> all =
                Stream.generate(client::pipelined).limit(CONNECTIONS).toList();
        all.forEach(pipeline -> {
            pipeline.get("x");
            pipeline.close();
        });
    }

    /** The scripts have to be sent whole, and then waited for. */
    @Test
    void afterItsScriptsWereForgottenItIsNotBelievedEither() {
        try (RedisTopology redis = RedisTopology.withReplica(RedisBinary.preferred());
                UnifiedJedis client = redis.newClient();
                RedisStores stores = stores(client, "r", IMPATIENCE)) {
            stores.check();
            redis.nodes().get(1).freeze();
            redis.node().scriptFlush();
            assertThat(catchThrowableOfType(
                            NotReplicatedException.class, () -> Queues.submit(queue(stores), Queues.to("a"))))
                    .isNotNull();
            redis.nodes().get(1).thaw();
        }
    }

    @Test
    void inAClusterEachNodeIsAsked() {
        try (UnifiedJedis client = SharedRedis.of(RedisTopology.Kind.CLUSTER).newClient();
                RedisStores stores = stores(client, "t" + UUID.randomUUID(), IMPATIENCE)) {
            List<Submission> lonely = Queues.many("lonely", 50);
            NotReplicatedException e = catchThrowableOfType(
                    NotReplicatedException.class, () -> queue(stores).submit(lonely));
            assertThat(e).as("there are no replicas").isNotNull();
            assertThat(e.messages()).hasSize(50).contains(MessageId.of("lonely7"));
            assertThat(Queues.names(queue(stores))).as("but all are here").hasSize(50);
        }
    }
}
