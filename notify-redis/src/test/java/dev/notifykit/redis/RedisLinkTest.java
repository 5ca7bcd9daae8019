package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisProcess;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Scripts on any Redis: one by one, and many in one round trip to each node. */
class RedisLinkTest {

    private static final Script COUNT = Script.named("count_for_tests");

    private final String prefix = "t" + UUID.randomUUID();

    @ParameterizedTest
    @EnumSource
    void scriptsThatRedisDoesNotKnowAreSentWhole(RedisTopology.Kind kind) {
        RedisTopology redis = SharedRedis.of(kind);
        try (UnifiedJedis client = redis.newClient();
                RedisLink link = new RedisLink(client)) {
            redis.primaries().forEach(RedisProcess::scriptFlush);
            assertThat(link.run(count(0, "a"))).isEqualTo(1L);
            assertThat(link.run(count(0, "b"))).isEqualTo(2L);
            assertThat(link.isCluster()).isEqualTo(kind == RedisTopology.Kind.CLUSTER);
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyScriptsAreAnsweredInOrderAndFailAlone(RedisTopology.Kind kind) {
        RedisTopology redis = SharedRedis.of(kind);
        try (UnifiedJedis client = redis.newClient();
                RedisLink link = new RedisLink(client)) {
            client.lpush(key(3), "not a counter");
            redis.primaries().forEach(RedisProcess::scriptFlush);
            for (long round = 1; round <= 2; round++) {
                List<Object> answers = link.runAll(
                        IntStream.range(0, 12).mapToObj(i -> count(i, "a")).toList());
                assertThat(answers).hasSize(12);
                assertThat(((RedisFailure) answers.remove(3)).kind()).isEqualTo(RedisFailure.Kind.DAMAGED);
                assertThat(answers).containsOnly(round);
            }
            assertThat(link.runAll(List.of())).isEmpty();
        }
    }

    @Test
    void aDeadNodeOfAClusterFailsItsOwnScriptsOnly() {
        try (RedisTopology redis =
                        RedisTopology.cluster(RedisBinary.preferred(), "--cluster-require-full-coverage", "no");
                UnifiedJedis client = redis.newClient();
                RedisLink link = new RedisLink(client)) {
            List<ScriptCall> calls =
                    IntStream.range(0, 12).mapToObj(i -> count(i, "a")).toList();
            assertThat(link.runAll(calls)).containsOnly(1L);
            redis.node().killHard();

            List<Object> answers = link.runAll(calls);
            assertThat(answers).contains(2L).anyMatch(RedisFailure.class::isInstance);
            assertThat(answers).allMatch(a -> a.equals(2L) || a instanceof RedisFailure);
        }
    }

    @Test
    void aBrokenPipelineIsRunAgain() {
        try (RedisTopology redis = RedisTopology.single(RedisBinary.preferred(), "--appendonly", "yes");
                UnifiedJedis client = redis.newClient();
                RedisLink link = new RedisLink(client)) {
            assertThat(link.runAll(List.of(count(0, "a"), count(1, "a")))).containsExactly(1L, 1L);
            redis.node().restart();
            assertThat(link.runAll(List.of(count(0, "b"), count(1, "b")))).containsExactly(2L, 2L);
        }
    }

    @Test
    void aReplicaIsSaidToBeOne() {
        for (RedisBinary binary : RedisBinary.all()) {
            try (RedisTopology redis = RedisTopology.withReplica(binary);
                    UnifiedJedis client = redis.nodes().get(1).newClient();
                    RedisLink link = new RedisLink(client)) {
                assertThatThrownBy(() -> link.run(count(0, "a")))
                        .isInstanceOfSatisfying(
                                RedisFailure.class,
                                failure -> assertThat(failure.kind()).isEqualTo(RedisFailure.Kind.READ_ONLY));
            }
        }
    }

    @Test
    void onlyThreeKindsOfClientsWillDo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> {
                    try (UnifiedJedis other = new OtherClient()) {
                        new RedisLink(other).close();
                    }
                })
                .withMessageContaining("RedisClusterClient");
    }

    private ScriptCall count(int tag, String operation) {
        return new ScriptCall(COUNT, List.of(bytes(key(tag))), List.of(bytes(operation)));
    }

    private String key(int tag) {
        return prefix + ":{" + tag + "}:count";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class OtherClient extends UnifiedJedis {
        OtherClient() {
            super(new PooledConnectionProvider(new HostAndPort("127.0.0.1", 1)), RedisProtocol.RESP3);
        }
    }
}
