package dev.notifykit.http2;

/** Is told when it is worth asking for a stream again. Called on an event loop, which must not be blocked. */
public interface FreeStreams {

    /** Somebody has asked for a stream and got none: now there may be one. */
    void free();

    /**
     * There is no connection, and none could be opened: whoever waits for a stream will wait for long.
     *
     * @param reason what stands in the way, in words without secrets
     */
    void noConnection(String reason);
}
