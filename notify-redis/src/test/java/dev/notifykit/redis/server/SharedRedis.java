package dev.notifykit.redis.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Redis for all tests of this JVM, started when first asked for, dead when the JVM ends: for tests that harm nobody and use
 * prefixes of their own. Thread-safe.
 */
public final class SharedRedis {

    private static final Map<String, RedisTopology> STARTED = new ConcurrentHashMap<>();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> STARTED.values().forEach(RedisTopology::close), "redis-stop"));
    }

    private SharedRedis() {}

    /** One of a kind, on the preferred binary. */
    public static RedisTopology of(RedisTopology.Kind kind) {
        return of(kind, RedisBinary.preferred());
    }

    /** One of a kind. */
    public static RedisTopology of(RedisTopology.Kind kind, RedisBinary binary) {
        return STARTED.computeIfAbsent(kind + " " + binary, k -> RedisTopology.start(kind, binary));
    }
}
