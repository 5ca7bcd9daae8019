package dev.notifykit.observe;

import java.util.List;

/**
 * Whether the client can do its work. Immutable.
 *
 * @param status the worst of what was found
 * @param reasons one line per thing that is wrong, without secrets; empty when all is well
 */
public record Health(Status status, List<String> reasons) {

    /** From good to bad. */
    public enum Status {
        /** All is well. */
        UP,
        /** Something waits: a paused sender, an open breaker, a fan-out that lacks something. Nothing is lost, and it heals. */
        DEGRADED,
        /** The client takes no requests. */
        DOWN
    }

    /** Copies the reasons. */
    public Health {
        reasons = List.copyOf(reasons);
    }
}
