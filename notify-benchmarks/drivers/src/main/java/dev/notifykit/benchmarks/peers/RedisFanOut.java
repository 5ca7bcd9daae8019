package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Endpoint;

/** Fan-outs of a client with its stores in Redis. */
public final class RedisFanOut extends ApnsFanOut {

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     */
    public RedisFanOut(Endpoint endpoint) {
        super(builder(endpoint).stores(Roads.redis(endpoint)));
    }

    @Override
    public String about() {
        return super.about() + "; " + Libraries.redis();
    }
}
