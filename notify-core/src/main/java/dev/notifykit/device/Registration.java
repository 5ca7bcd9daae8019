package dev.notifykit.device;

/**
 * What a registration has changed. Repeated it changes nothing more, and answers {@link Kind#REFRESHED}. Immutable.
 *
 * @param kind whether the target was known
 * @param tokenReplaced whether the installation had another target, which is registered no longer
 * @param moved whether the target or the installation was another user's, who has it no longer; it is not told whose
 * @param evicted how many devices of the user made place, those that were seen longest ago, because the user had as many as one may have
 */
public record Registration(Kind kind, boolean tokenReplaced, boolean moved, int evicted) {

    /** Whether the target was known. */
    public enum Kind {
        /** It was not registered. */
        NEW,
        /** It was registered, for this user or for another. */
        REFRESHED,
        /** It is not registered: a provider called it dead, as of a time when the app had already handed it over. */
        DEAD
    }
}
