package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Endpoint;

/** One message at a time. */
public final class SubmitOnes extends SubmitRoad {

    /**
     * Connects with the first message.
     *
     * @param endpoint where to, and with how many threads
     */
    public SubmitOnes(Endpoint endpoint) {
        super(endpoint, 1);
    }
}
