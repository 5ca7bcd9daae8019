package dev.notifykit.benchmarks.harness;

/**
 * One client under measurement, connected to one {@link Endpoint}. A class that implements it is public and has a public constructor
 * that takes the endpoint. Used by one thread.
 */
public interface Peer extends AutoCloseable {

    /**
     * Hands over every message of the batch, with no more in flight than the endpoint allows, and tells the batch of each end. May
     * return before the last has ended.
     *
     * @param batch what to send
     * @throws Exception when the client cannot be used at all
     */
    void send(Batch batch) throws Exception;

    /**
     * Which libraries it stands on.
     *
     * @return their names and versions
     */
    String about();

    @Override
    void close();
}
