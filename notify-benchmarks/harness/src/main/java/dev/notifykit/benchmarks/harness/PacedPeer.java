package dev.notifykit.benchmarks.harness;

/** A peer that can be given its messages at a rate of somebody else's, to see how long each takes. */
public interface PacedPeer extends Peer {

    /**
     * Hands over one message, and tells the timetable and then the batch of its end. Called by many threads, at its due time or as soon after as
     * the threads are free; may return before the message has ended.
     *
     * @param batch what it is of
     * @param number of the message
     * @param timetable notes when it was answered
     */
    void offer(Batch batch, int number, Timetable timetable);
}
