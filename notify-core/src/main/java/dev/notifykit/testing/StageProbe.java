package dev.notifykit.testing;

/**
 * Crash points: is told whenever work passes a stage, on the thread that does it, so that a test can stop it there or cut it off. For
 * tests only; a client in production has none, which costs nothing.
 *
 * <p>May be called by several threads at once. One that blocks stands still with what it was about to do, and so do its client's lanes or
 * shards, which have few threads; other clients do not notice. What {@link #at} throws is treated as a failure of that stage: of the
 * store, the audience, the sink or the provider that is called there.
 */
@FunctionalInterface
public interface StageProbe {

    /** Watches nothing. */
    StageProbe NONE = stage -> {};

    /**
     * A stage is passed.
     *
     * @param stage which
     */
    void at(Stage stage);
}
