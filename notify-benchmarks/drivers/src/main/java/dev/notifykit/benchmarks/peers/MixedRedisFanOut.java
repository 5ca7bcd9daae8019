package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.redis.RedisConfig;
import dev.notifykit.redis.RedisStores;

/** Mixed fan-outs of a client with its stores in Redis. Two that send the same batch at the same time share one fan-out. */
public final class MixedRedisFanOut extends MixedFanOut {

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     */
    public MixedRedisFanOut(Endpoint endpoint) {
        super(builder(endpoint)
                .stores(RedisStores.connect(
                        RedisConfig.single("127.0.0.1", endpoint.redisPort()).build())));
    }

    @Override
    public String about() {
        return super.about() + "; " + Libraries.redis();
    }
}
