package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.redis.RedisConfig;
import dev.notifykit.redis.RedisStores;

/** Fan-outs of a client with its stores in Redis. */
public final class RedisFanOut extends ApnsFanOut {

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     */
    public RedisFanOut(Endpoint endpoint) {
        super(builder(endpoint)
                .stores(RedisStores.connect(
                        RedisConfig.single("127.0.0.1", endpoint.redisPort()).build())));
    }

    @Override
    public String about() {
        return super.about() + "; " + Libraries.redis();
    }
}
