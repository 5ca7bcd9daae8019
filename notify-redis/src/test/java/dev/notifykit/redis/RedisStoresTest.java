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

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisProcess;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.testkit.junit.Leaks;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;

class RedisStoresTest {

    private static final DedupKey EVENT = DedupKey.of("match-7");

    private final RedisSettings settings =
            RedisSettings.builder().prefix("t" + UUID.randomUUID()).build();

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
                RedisStores stores = RedisStores.connect(
                        RedisConfig.single("127.0.0.1", redis.port()).build())) {
            assertThat(failure(claim(stores.dedupStore(), EVENT, ANNA)).kind())
                    .isEqualTo(RedisFailure.Kind.UNREACHABLE);
            redis.restart();
            assertThat(answer(claim(stores.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
        }
    }

    /** The store's part of the documented user: its own keys, scripts, and the clock in them. */
    @Test
    void aUserWithFewRightsIsEnough() throws Exception {
        RedisProcess redis = SharedRedis.of(RedisTopology.Kind.SINGLE).node();
        String user = "u" + UUID.randomUUID();
        try (Jedis admin = redis.connect()) {
            admin.aclSetUser(
                    user,
                    "on",
                    ">secret",
                    "~" + settings.prefix() + ":*",
                    "+@read",
                    "+@write",
                    "+eval",
                    "+evalsha",
                    "+time",
                    "+wait",
                    "+@connection",
                    "-@dangerous",
                    "+info");
            try (RedisStores stores = RedisStores.connect(config(SharedRedis.of(RedisTopology.Kind.SINGLE))
                            .user(user)
                            .password("secret"::toCharArray)
                            .settings(settings)
                            .build());
                    RedisStores denied = RedisStores.connect(config(SharedRedis.of(RedisTopology.Kind.SINGLE))
                            .user(user)
                            .password("secret"::toCharArray)
                            .build())) {
                assertThat(answer(claim(stores.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
                assertThat(answer(confirm(stores.dedupStore(), EVENT, ANNA))).isTrue();
                assertThat(answer(claim(stores.dedupStore(), EVENT, BERT))).isEqualTo(DUPLICATE);
                assertThat(failure(claim(denied.dedupStore(), EVENT, ANNA)).kind())
                        .as("other keys")
                        .isEqualTo(RedisFailure.Kind.UNFIT);
            } finally {
                admin.aclDelUser(user);
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
