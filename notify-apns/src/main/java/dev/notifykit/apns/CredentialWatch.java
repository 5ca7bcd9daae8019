package dev.notifykit.apns;

/**
 * Tells a credential that has grown old from one that is wrong. Connections come in generations, and each generation signs a fresh
 * provider token. The first refusal as stale is remembered with its generation; another one from the same generation (or an older
 * one) says nothing new, but one from a later generation means that a fresh token is refused too. An answer from a later generation
 * that Apple gives only to a provider it believes (accepted, or a dead token) ends the matter. Thread-safe.
 */
final class CredentialWatch {

    private static final long NEVER = Long.MAX_VALUE;

    private volatile long refusedIn = NEVER;

    /**
     * Notes a refusal.
     *
     * @return whether a fresh credential was refused
     */
    synchronized boolean refused(long generation) {
        if (refusedIn == NEVER) {
            refusedIn = generation;
        }
        return generation > refusedIn;
    }

    /** Notes an answer that Apple gives only to a provider it believes. */
    void believed(long generation) {
        if (generation > refusedIn) {
            forget();
        }
    }

    private synchronized void forget() {
        refusedIn = NEVER;
    }
}
