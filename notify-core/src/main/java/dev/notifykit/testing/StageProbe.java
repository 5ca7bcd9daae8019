package dev.notifykit.testing;

/**
 * Crash points: is told whenever work passes a stage, on the thread that does it, so that a test can stop it there or cut it off. For
 * tests only; a client in production has none, which costs nothing. What {@link #at} throws is treated as a failure of that stage.
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
