package dev.notifykit.apns;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What Apple says to a request that it does not take.
 *
 * @param status the HTTP status, not 200
 * @param reason Apple's reason; null when there was no body, or none that could be read
 * @param timestamp since when the token is dead; Apple says it with 410 alone
 * @param retryAfter how long to wait at least; null where nothing is said of it, or nobody has listened
 */
record Refusal(
        int status,
        @Nullable String reason,
        @Nullable Instant timestamp,
        @Nullable Duration retryAfter) {}
