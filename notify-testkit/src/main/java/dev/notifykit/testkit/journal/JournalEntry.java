package dev.notifykit.testkit.journal;

/**
 * One accepted id.
 *
 * @param id the request id, a UUID in lower case where it is one
 * @param count how often it was accepted, at least 1
 * @param token the target of its first acceptance
 */
public record JournalEntry(String id, int count, String token) {
    /** Shows no token. */
    @Override
    public String toString() {
        return "JournalEntry[id=" + id + ", count=" + count + "]";
    }
}
