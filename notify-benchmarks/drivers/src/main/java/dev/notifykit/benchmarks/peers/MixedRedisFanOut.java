package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Endpoint;

/** Mixed fan-outs of a client with its stores in Redis. Two that send the same batch at the same time share one fan-out. */
public final class MixedRedisFanOut extends MixedFanOut {

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     */
    public MixedRedisFanOut(Endpoint endpoint) {
        super(builder(endpoint).stores(Roads.redis(endpoint)));
    }

    @Override
    public String about() {
        return super.about() + "; " + Libraries.redis();
    }
}
