package dev.notifykit.apns;

/**
 * Replaces connections when an answer says that they are of no more use. What is in flight on the old ones still ends there. Thread-safe; never
 * blocks.
 *
 * @param <C> what it keeps
 */
interface Keeper<C extends Generation> {

    /** Replaces connections at once, unless that has happened already. */
    void renew(C seen, String reason);

    /** Replaces connections unless they are still young: for problems that a new connection may well not mend. */
    void renewSparingly(C seen, String reason);
}
