package dev.notifykit;

/** What happens to a client at a stage. */
enum Fate {
    /** Nothing. */
    LIVES,
    /** It is cut off from everything and its threads stand still, at the same moment. */
    KILLED,
    /** The same, and later it goes on as if nothing had happened. */
    SLEEPS,
    /** Its host closes it. */
    CLOSED,
    /** What it does there fails. */
    FAILS
}
