package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Endpoint;

/** Lists of 100 messages. */
public final class SubmitLists extends SubmitRoad {

    /**
     * Connects with the first message.
     *
     * @param endpoint where to, and with how many threads
     */
    public SubmitLists(Endpoint endpoint) {
        super(endpoint, 100);
    }
}
