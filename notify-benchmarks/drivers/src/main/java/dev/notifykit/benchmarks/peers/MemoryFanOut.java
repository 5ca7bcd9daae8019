package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Endpoint;

/** Fan-outs with their progress in memory. */
public final class MemoryFanOut extends ApnsFanOut {

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     */
    public MemoryFanOut(Endpoint endpoint) {
        super(builder(endpoint));
    }
}
