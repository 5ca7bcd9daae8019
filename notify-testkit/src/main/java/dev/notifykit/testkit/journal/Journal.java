package dev.notifykit.testkit.journal;

import java.util.function.Consumer;

/**
 * The record of every message that a simulator accepted, by request id: the header {@code apns-id} at APNs, {@code nk_id} in the
 * message's {@code data} at FCM. Ids that were accepted more than once are duplicates, counted here and not by the client under test.
 *
 * <p>Thread-safe; may be read while the simulator works. A message is written down before its answer is sent, so a client that has
 * an answer finds it here.
 */
public interface Journal {
    /** How often the given id was accepted: 0 when never. UUIDs are compared as numbers, so upper and lower case are one. */
    int count(String id);

    /** All accepted messages, those without an id among them; dry runs are not. */
    long accepted();

    /** How many different ids were accepted. */
    long distinctIds();

    /** Accepted messages beyond the first of their id. */
    long duplicates();

    /** The totals as one value. Each is exact; together they are one moment only when the simulator is quiet. */
    JournalSummary summary();

    /** Calls the given consumer once for every accepted id, in no order, on the calling thread. */
    void forEach(Consumer<JournalEntry> consumer);
}
