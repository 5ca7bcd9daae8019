package dev.notifykit.redis;

import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisProcess;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.store.StoresUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;

/**
 * Stores for the tests of a contract: each knows nothing, and time passes for all of them when a test says so. The scripts' clock is
 * shifted, and what expires by itself is brought forward by as much. They are logged in as the user that is documented, and may do no more. Not thread-safe.
 */
final class TestStores implements AutoCloseable {

    /** KEYS names the node's keys: only for tests. */
    private static final String BRING_EXPIRY_FORWARD = """
            for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
              local left = redis.call('PTTL', key)
              if left >= 0 then
                redis.call('PEXPIRE', key, math.max(left - tonumber(ARGV[2]), 0))
              end
            end
            """;

    private final String prefix = "t" + UUID.randomUUID();
    private final Clock clock = new Clock();
    private final UnifiedJedis client;
    private final DocumentedUser user;
    private final UnifiedJedis limited;
    private final List<Jedis> nodes;
    private final List<RedisStores> made = new ArrayList<>();
    private final List<RedisLink> links = new ArrayList<>();

    TestStores(RedisTopology redis) {
        client = redis.newClient();
        user = DocumentedUser.of(redis, prefix);
        limited = user.newClient(redis);
        nodes = redis.primaries().stream().map(RedisProcess::connect).toList();
    }

    /** Stores that nobody shares. */
    RedisStores create() {
        return create("-" + made.size());
    }

    /** Stores that share all with those of the same name. */
    RedisStores create(String name) {
        return create(name, UnaryOperator.identity());
    }

    /** The same, with other settings. */
    RedisStores create(String name, UnaryOperator<RedisSettings.Builder> change) {
        RedisStores stores = RedisStores.of(
                limited,
                change.apply(RedisSettings.builder().prefix(prefix + name).timeout(Duration.ofSeconds(30)))
                        .build(),
                clock);
        made.add(stores);
        return stores;
    }

    /** A queue over a way to Redis that may do as it likes; closed by whoever made it. */
    RedisWorkQueue createQueue(
            String name, UnaryOperator<RedisSettings.Builder> change, UnaryOperator<ScriptRunner> way) {
        RedisSettings settings = change.apply(
                        RedisSettings.builder().prefix(prefix + name).timeout(Duration.ofSeconds(30)))
                .build();
        RedisLink link = new RedisLink(limited);
        links.add(link);
        return new RedisWorkQueue(
                way.apply(link), new Replicas(link, settings.queue().durability()), link.isCluster(), settings, clock);
    }

    /** Returns when these have been let in: with a short timeout a slow machine may need several looks. */
    static void awaitCheck(RedisStores stores) {
        Await.until(
                Duration.ofMinutes(1),
                () -> {
                    try {
                        stores.check();
                        return true;
                    } catch (StoresUnavailableException e) {
                        return false;
                    }
                },
                () -> "not let in: " + stores.state());
    }

    /** What the keys of {@link #create(String)} begin with. */
    String prefix(String name) {
        return prefix + name;
    }

    /** Of an operator, who may do everything. */
    UnifiedJedis client() {
        return client;
    }

    /** From now on the clock of scripts that count microseconds moves by {@link #passTime} only. */
    void standStill() {
        clock.standStill(Duration.ofDays(20_000));
    }

    void passTime(Duration by) {
        clock.pass(by);
        nodes.forEach(node -> node.eval(BRING_EXPIRY_FORWARD, 0, prefix, "" + by.toMillis()));
    }

    @Override
    public void close() {
        made.forEach(RedisStores::close);
        links.forEach(RedisLink::close);
        limited.close();
        user.close();
        nodes.forEach(Jedis::close);
        client.close();
    }
}
