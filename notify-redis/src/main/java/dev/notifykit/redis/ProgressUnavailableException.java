package dev.notifykit.redis;

/**
 * Redis could not be asked about a fan-out, or did not say what it did: the call may be repeated, and the client does so by itself. Its cause
 * says more; neither holds keys or values.
 */
public final class ProgressUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ProgressUnavailableException(RedisFailure failure) {
        super(failure.getMessage(), failure);
    }
}
