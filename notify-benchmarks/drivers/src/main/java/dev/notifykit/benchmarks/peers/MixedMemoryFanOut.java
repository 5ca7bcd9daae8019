package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Endpoint;

/** Mixed fan-outs with their progress in memory. */
public final class MixedMemoryFanOut extends MixedFanOut {

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     */
    public MixedMemoryFanOut(Endpoint endpoint) {
        super(builder(endpoint));
    }
}
