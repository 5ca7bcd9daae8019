package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisProcess;
import dev.notifykit.redis.server.RedisTopology;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;

/**
 * A Redis for the stores of one test: keys of its own, a user who may do what is documented and no more, and time that passes when the test says so. The
 * scripts' clock is shifted, and what expires by itself is brought forward by as much. Not thread-safe.
 */
class TestRedis implements AutoCloseable {

    /** KEYS names the node's keys: only for tests. */
    private static final String BRING_EXPIRY_FORWARD = """
            for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
              local left = redis.call('PTTL', key)
              if left >= 0 then
                redis.call('PEXPIRE', key, math.max(left - tonumber(ARGV[2]), 0))
              end
            end
            """;

    final Clock clock = new Clock();
    final List<Jedis> nodes;

    /** Logged in as the user that is documented. */
    final UnifiedJedis limited;

    private final String prefix = "t" + UUID.randomUUID();
    private final UnifiedJedis client;
    private final DocumentedUser user;

    TestRedis(RedisTopology redis) {
        client = redis.newClient();
        user = DocumentedUser.of(redis, prefix);
        limited = user.newClient(redis);
        nodes = redis.primaries().stream().map(RedisProcess::connect).toList();
    }

    /** What the keys of the stores of a name begin with. */
    final String prefix(String name) {
        return prefix + name;
    }

    /** Of an operator, who may do everything. */
    final UnifiedJedis client() {
        return client;
    }

    void passTime(Duration by) {
        clock.pass(by);
        nodes.forEach(node -> node.eval(BRING_EXPIRY_FORWARD, 0, prefix, "" + by.toMillis()));
    }

    @Override
    public void close() {
        limited.close();
        user.close();
        nodes.forEach(Jedis::close);
        client.close();
    }
}
