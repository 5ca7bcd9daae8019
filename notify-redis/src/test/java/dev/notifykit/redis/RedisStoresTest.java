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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisProcess;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.testkit.junit.Leaks;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;

class RedisStoresTest {

    private static final DedupKey EVENT = DedupKey.of("match-7");

    private static final List<String> FORBIDDEN = List.of(
            "FLUSHALL",
            "FLUSHDB",
            "KEYS *",
            "CONFIG GET dir",
            "ACL LIST",
            "SCRIPT FLUSH",
            "SHUTDOWN NOSAVE",
            "REPLICAOF NO ONE",
            "MONITOR",
            "CLIENT LIST",
            "CLUSTER NODES",
            "PUBLISH channel hello");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RedisSettings settings = settings("t" + UUID.randomUUID());

    private static RedisSettings settings(String prefix) {
        return RedisSettings.builder().prefix(prefix).timeout(PATIENCE).build();
    }

    @ParameterizedTest
    @EnumSource
    void storesOverTheirOwnConnectionsLeaveNothingBehind(RedisTopology.Kind kind) throws Exception {
        RedisConfig config = config(SharedRedis.of(kind)).settings(settings).build();
        Leaks leaks = Leaks.watch();
        RedisStores stores = RedisStores.connect(config);
        assertThat(answer(claim(stores.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
        assertThat(answer(confirm(stores.dedupStore(), EVENT, ANNA))).isTrue();
        stores.close();
        stores.close();
        assertThat(failure(claim(stores.dedupStore(), EVENT, ANNA)).kind()).isEqualTo(RedisFailure.Kind.CLOSED);
        leaks.check();
    }

    @ParameterizedTest
    @EnumSource
    void aHostsClientStaysOpen(RedisTopology.Kind kind) throws Exception {
        try (UnifiedJedis client = SharedRedis.of(kind).newClient()) {
            Leaks leaks = Leaks.watch();
            try (RedisStores stores = RedisStores.of(client, settings)) {
                assertThat(stores.dedupStore()).isSameAs(stores.dedupStore());
                assertThat(answer(claim(stores.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
            }
            leaks.check();
            assertThat(client.get("any")).isNull();
        }
    }

    @Test
    void aSingleRedisNeedNotBeThereYet() throws Exception {
        RedisProcess redis = RedisProcess.start(RedisBinary.preferred());
        redis.killHard();
        try (redis;
                RedisStores stores = RedisStores.connect(RedisConfig.single("127.0.0.1", redis.port())
                        .settings(settings)
                        .build())) {
            assertThat(failure(claim(stores.dedupStore(), EVENT, ANNA)).kind())
                    .isEqualTo(RedisFailure.Kind.UNREACHABLE);
            redis.restart();
            assertThat(answer(claim(stores.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
        }
    }

    /** What no contract shows: the look at Redis, connections of our own with their name, and what the user may not do. */
    @ParameterizedTest
    @EnumSource
    void theDocumentedUserIsEnoughAndMayDoNoHarm(RedisTopology.Kind kind) throws Exception {
        for (RedisBinary binary : RedisBinary.all()) {
            RedisTopology redis = SharedRedis.of(kind, binary);
            String prefix = settings.prefix() + binary.version();
            RedisSettings ours = settings(prefix);
            try (DocumentedUser user = DocumentedUser.of(redis, prefix);
                    RedisStores stores = RedisStores.connect(
                            user.login(config(redis)).settings(ours).build());
                    RedisStores others = RedisStores.connect(user.login(config(redis))
                            .settings(settings(RedisSettings.DEFAULT_PREFIX))
                            .build());
                    Connection connection = user.connect(redis.node())) {
                stores.check();
                assertThat(stores.state().faults()).isEmpty();
                assertThat(answer(claim(stores.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
                assertThat(answer(confirm(stores.dedupStore(), EVENT, ANNA))).isTrue();
                assertThat(answer(claim(stores.dedupStore(), EVENT, BERT))).isEqualTo(DUPLICATE);

                assertThat(failure(claim(others.dedupStore(), EVENT, ANNA)))
                        .as("other keys")
                        .hasMessageContaining("denies access");
                assertThat(connection.ping()).isTrue();
                for (String forbidden : FORBIDDEN) {
                    List<String> words = List.of(forbidden.split(" "));
                    CommandArguments command = new CommandArguments(Protocol.Command.valueOf(words.get(0)));
                    words.stream().skip(1).forEach(command::add);
                    assertThatThrownBy(() -> connection.executeCommand(command))
                            .as(forbidden + " on " + binary)
                            .isInstanceOf(JedisAccessControlException.class);
                }
            }
        }
    }

    static RedisConfig.Builder config(RedisTopology redis) {
        return switch (redis.kind()) {
            case SINGLE -> RedisConfig.single("127.0.0.1", redis.node().port());
            case SENTINEL ->
                RedisConfig.sentinel(RedisTopology.PRIMARY_NAME)
                        .node("127.0.0.1", redis.sentinel().port());
            case CLUSTER -> RedisConfig.cluster().node("127.0.0.1", redis.node().port());
        };
    }
}
