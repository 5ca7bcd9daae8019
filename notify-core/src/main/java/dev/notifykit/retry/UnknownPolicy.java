package dev.notifykit.retry;

/** What to do after an attempt that may have been accepted. */
public enum UnknownPolicy {
    /**
     * Try again with the same ids, so that the device shows one notification even if the provider got two. The default: a
     * duplicate that is shown once is better than a message that is lost.
     */
    RETRY_COLLAPSED,
    /** Make no further attempt; the result is {@code Unknown}. For what must never be sent twice. */
    REPORT
}
