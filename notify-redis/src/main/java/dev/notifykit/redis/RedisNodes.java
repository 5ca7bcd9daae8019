package dev.notifykit.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.util.Pool;

/**
 * The nodes of a Redis, each of which is asked by itself: a client sends what has no key to any of them. With sentinels it is the primary
 * alone, in a cluster all that the client knows, replicas too. Thread-safe; calls block.
 */
final class RedisNodes {

    private final UnifiedJedis client;

    RedisNodes(UnifiedJedis client) {
        this.client = client;
    }

    /**
     * What a node has answered, or why it has not.
     *
     * @param address null when nobody got as far as that
     */
    record Answer<T>(
            @Nullable HostAndPort address,
            @Nullable T value,
            @Nullable RedisFailure failure) {}

    /** How the client finds its nodes. */
    enum Kind {
        SINGLE,
        SENTINEL,
        CLUSTER
    }

    Kind kind() {
        if (client instanceof RedisClusterClient) {
            return Kind.CLUSTER;
        }
        return client instanceof RedisSentinelClient ? Kind.SENTINEL : Kind.SINGLE;
    }

    /** Asks one node after the other. */
    <T> List<Answer<T>> ask(Function<Connection, T> question) {
        List<Answer<T>> answers = new ArrayList<>();
        pools().forEach((name, pool) ->
                answers.add(ask(name.isEmpty() ? null : HostAndPort.from(name), pool, question)));
        return answers;
    }

    /** The names by which nodes are asked, in order. */
    List<String> names() {
        return pools().keySet().stream().sorted().toList();
    }

    /** Asks one node. */
    <T> Answer<T> ask(String name, Function<Connection, T> question) {
        Pool<Connection> pool = pools().get(name);
        HostAndPort address = name.isEmpty() ? null : HostAndPort.from(name);
        return pool == null
                ? new Answer<>(
                        address, null, new RedisFailure(RedisFailure.Kind.UNREACHABLE, "it has left the cluster"))
                : ask(address, pool, question);
    }

    private static <T> Answer<T> ask(
            @Nullable HostAndPort known, Pool<Connection> pool, Function<Connection, T> question) {
        HostAndPort[] address = {known};
        try {
            T value = RedisLink.overBrokenConnections(() -> {
                try (Connection connection = pool.getResource()) {
                    address[0] = Objects.requireNonNullElse(connection.getHostAndPort(), address[0]);
                    return question.apply(connection);
                }
            });
            return new Answer<>(address[0], value, null);
        } catch (RedisFailure failure) {
            return new Answer<>(address[0], null, failure);
        }
    }

    private Map<String, Pool<Connection>> pools() {
        Map<String, Pool<Connection>> pools = new LinkedHashMap<>();
        if (client instanceof RedisClusterClient cluster) {
            pools.putAll(cluster.getClusterNodes());
        } else if (client instanceof RedisSentinelClient sentinel) {
            sentinel.getPrimaryNodesConnectionMap().values().forEach(pool -> pools.put("", pool));
        } else if (client instanceof RedisClient single) {
            pools.put("", single.getPool());
        }
        return pools;
    }
}
