package dev.notifykit.observe;

import java.util.List;

/**
 * Whether the client can do its work. Immutable.
 *
 * @param status the worst of what was found
 * @param reasons one line per thing that is wrong, without secrets; empty when all is well
 * @param warnings one line per thing that somebody should put right and that hinders nothing now
 */
public record Health(Status status, List<String> reasons, List<String> warnings) {

    /** From good to bad. */
    public enum Status {
        /** All is well. */
        UP,
        /** Something waits: a paused sender, an open breaker, a fan-out that lacks something. Nothing is lost, and it heals. */
        DEGRADED,
        /** The client is closed, or the stores that it shares with others cannot be used, or have lost what was in them. */
        DOWN
    }

    /** Copies the lines. */
    public Health {
        reasons = List.copyOf(reasons);
        warnings = List.copyOf(warnings);
    }
}
