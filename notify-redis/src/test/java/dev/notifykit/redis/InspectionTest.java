package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.redis.RedisNodes.Answer;
import dev.notifykit.redis.RedisNodes.Kind;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;

/** What no Redis that is at hand says. */
class InspectionTest {

    private static final Map<String, String> GOOD =
            Map.of("redis_version", "8.2.2", "maxmemory_policy", "noeviction", "role", "master");

    private final RedisSettings settings =
            RedisSettings.builder().prefix("t" + UUID.randomUUID()).build();

    private Findings look(Kind kind, List<Answer<NodeInfo>> nodes) {
        try (UnifiedJedis client = SharedRedis.of(RedisTopology.Kind.SINGLE).newClient();
                RedisLink link = new RedisLink(client)) {
            return new Inspection(link, kind, () -> nodes, settings, new Clock(), Set.of()).look(true);
        }
    }

    private static HostAndPort host(int number) {
        return new HostAndPort("redis-" + number, 6379);
    }

    private static Answer<NodeInfo> says(int host, Map<String, String> more) {
        Map<String, String> fields = new HashMap<>(GOOD);
        fields.putAll(more);
        return new Answer<>(host(host), new NodeInfo(fields, List.of()), null);
    }

    @Test
    void aGoodOneIsGood() {
        Findings found = look(Kind.SINGLE, List.of(says(1, Map.of())));
        assertThat(found.faults()).isEmpty();
        assertThat(found.warnings()).isEmpty();
        assertThat(found.admits()).isTrue();
    }

    @Test
    void anOldOneIsRefused() {
        assertThat(look(Kind.SINGLE, List.of(says(1, Map.of("redis_version", "6.0.16"))))
                        .refusals())
                .containsExactly("redis-1:6379: it is Redis 6.0.16, older than Redis 6.2.0 (update it)");
    }

    @Test
    void aValkeyIsTakenByItsOwnNumber() {
        Map<String, String> valkey =
                Map.of("redis_version", "7.2.4", "server_name", "valkey", "valkey_version", "8.1.4");
        assertThat(look(Kind.SINGLE, List.of(says(1, valkey))).warnings()).isEmpty();
        assertThat(look(Kind.SINGLE, List.of(says(1, Map.of("valkey_version", "8.1.3"))))
                        .warnings())
                .singleElement()
                .asString()
                .contains("Valkey 8.1.3");
    }

    @Test
    void whatIsNotSaidIsTold() {
        Findings found =
                look(Kind.SINGLE, List.of(says(1, Map.of("redis_version", "unknown", "maxmemory_policy", ""))));
        assertThat(found.admits()).isTrue();
        assertThat(found.warnings()).hasSize(2);
    }

    @Test
    void oneThatLoadsIsWaitedFor() {
        Findings found = look(Kind.SINGLE, List.of(says(1, Map.of("loading", "1"))));
        assertThat(found.refusals()).isEmpty();
        assertThat(found.outages()).singleElement().asString().contains("loading");
    }

    @Test
    void aReplicaBehindSentinelsIsOneThatMayBecomeAPrimary() {
        assertThat(look(Kind.SENTINEL, List.of(says(1, Map.of("role", "slave"))))
                        .refusals())
                .isEmpty();
        assertThat(look(Kind.SENTINEL, List.of(says(1, Map.of("role", "slave"))))
                        .outages())
                .hasSize(1);
    }

    @Test
    void theSameOfManyNodesIsOneLine() {
        List<Answer<NodeInfo>> old = IntStream.rangeClosed(1, 5)
                .mapToObj(i -> says(i, Map.of("redis_version", "5.0.0")))
                .toList();
        assertThat(look(Kind.CLUSTER, old).refusals())
                .containsExactly(
                        "redis-1:6379, redis-2:6379, redis-3:6379 and 2 more: it is Redis 5.0.0, older than Redis 6.2.0 (update it)");
    }

    @Test
    void ofAClusterOnlyPrimariesAreMissed() {
        RedisFailure away = new RedisFailure(RedisFailure.Kind.UNREACHABLE, "");
        Map<String, String> fields = new HashMap<>(GOOD);
        fields.put("cluster_enabled", "1");
        Answer<NodeInfo> one = new Answer<>(
                host(1),
                new NodeInfo(
                        fields,
                        List.of(new NodeInfo.Slots(0, 8_000, host(1)), new NodeInfo.Slots(8_001, 16_383, host(2)))),
                null);
        Findings found =
                look(Kind.CLUSTER, List.of(new Answer<>(host(3), null, away), one, new Answer<>(host(2), null, away)));
        assertThat(found.outages()).containsExactly("redis-2:6379: a primary: Redis cannot be reached");
        assertThat(found.admits()).as("for those who need another").isTrue();
    }
}
