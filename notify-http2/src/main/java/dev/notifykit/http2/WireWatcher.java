package dev.notifykit.http2;

/** Is told what becomes of a connection, on its event loop. */
interface WireWatcher {

    /** The server has said its settings: from now on there are streams. */
    void ready();

    /** It takes no new streams any more; those that are open go on. */
    void leaving(String reason);

    /**
     * It has ended, or never began. Of several times that this is said, the first counts.
     *
     * @param useful whether it has done what was asked of it, if anything was: else the next one has to wait
     */
    void gone(String reason, boolean useful);
}
