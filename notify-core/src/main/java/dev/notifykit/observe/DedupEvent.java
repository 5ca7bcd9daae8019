package dev.notifykit.observe;

/** What happened to a message at its dedup key that a host may want to count. */
public enum DedupEvent {
    /** The store could not say whether it is new; it goes on, as the declared policy says, and may be a duplicate. */
    UNCHECKED,
    /** The store could not say whether it is new; it was not sent, as the declared policy says. */
    REFUSED,
    /** It took over the claim of a holder that had fallen silent, who may have sent it: a possible duplicate. */
    TAKEN_OVER,
    /** Its own claim ran out, and another sender has it. */
    LOST,
    /** It ended, and the store could not be told: when the lease ends, the same message is new again. */
    UNCONFIRMED
}
