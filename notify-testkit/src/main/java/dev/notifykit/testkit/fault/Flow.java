package dev.notifykit.testkit.fault;

/** What becomes of the bytes of a connection. */
enum Flow {
    /** They are passed on. */
    OPEN,
    /** They are kept, up to the buffer's size, and read no further. */
    STALLED,
    /** They vanish. */
    DARK
}
