package dev.notifykit.http2;

/** Is told what becomes of a connection, on its event loop. */
interface WireWatcher {

    /** The server has said its settings: from now on there are streams. */
    void ready();

    /** It takes no new streams any more; those that are open go on. */
    void leaving(String reason);

    /**
     * A request was given up, and nothing was heard on its connection since it began. Others may have gone the same way.
     *
     * @param sinceNanos when that was
     */
    void silent(long sinceNanos);

    /**
     * It has ended, or never began. Of several times that this is said, the first counts.
     *
     * @param useful whether it has done what was asked of it, if anything was: else the next one has to wait
     */
    void gone(String reason, boolean useful);
}
