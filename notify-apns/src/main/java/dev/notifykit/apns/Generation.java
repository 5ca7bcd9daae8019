package dev.notifykit.apns;

/** Connections that were opened together, with the same credential: what Apple says of one of them holds for all. */
interface Generation {

    /** Later ones have higher numbers. */
    long generation();
}
