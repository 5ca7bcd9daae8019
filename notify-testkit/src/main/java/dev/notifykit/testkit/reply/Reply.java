package dev.notifykit.testkit.reply;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a simulator does with one valid request. Immutable values, made by the static methods and refined by {@link #after} and
 * {@link #accepting}:
 *
 * <pre>{@code
 * Reply.ok().after(Duration.ofMillis(200))
 * Reply.status(429, "TooManyRequests").retryAfter(Duration.ofSeconds(2))
 * Reply.silence().accepting()     // the message went out, the client never hears of it
 * }</pre>
 *
 * Whether the message counts as accepted, and stands in the journal, is part of the reply: a success does, everything else does not
 * unless {@link #accepting()}. Where the connection ends around a request by the client's doing, the reply that was on its way still
 * counts, as it would at the provider.
 */
public sealed interface Reply {

    /** Waiting time before this reply instead of the simulator's latency; null: the simulator's. */
    @Nullable
    Duration latency();

    /** Whether the message is accepted and journaled with this reply. */
    boolean accepts();

    /** The same reply after the given time. */
    Reply after(Duration latency);

    /** The same reply to a message that is accepted all the same: what makes a client's retry a duplicate. */
    Reply accepting();

    /**
     * An HTTP answer.
     *
     * @param status HTTP status
     * @param reason APNs: {@code reason} of the body; FCM: {@code errorCode} of the FcmError in it; null: the provider's usual one
     *     for this status
     * @param body overrides the body; empty for none
     * @param retryAfter value of the header {@code retry-after}, sent as it is
     * @param since APNs: the {@code timestamp} of a dead token
     * @param latency see {@link Reply#latency()}
     * @param accepts see {@link Reply#accepts()}
     */
    record Answer(
            int status,
            @Nullable String reason,
            @Nullable String body,
            @Nullable String retryAfter,
            @Nullable Instant since,
            @Nullable Duration latency,
            boolean accepts)
            implements Reply {

        /** Checks the status. */
        public Answer {
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("status must be a final HTTP status, 200 to 599, not " + status);
            }
        }

        /** The same answer with {@code retry-after} in whole seconds. */
        public Answer retryAfter(Duration delay) {
            return retryAfter(Long.toString(delay.toSeconds()));
        }

        /** The same answer with any text as {@code retry-after}: an HTTP date, an absurd number, garbage. */
        public Answer retryAfter(String value) {
            return new Answer(status, reason, body, value, since, latency, accepts);
        }

        @Override
        public Answer after(Duration delay) {
            return new Answer(status, reason, body, retryAfter, since, notNegative(delay), accepts);
        }

        @Override
        public Answer accepting() {
            return new Answer(status, reason, body, retryAfter, since, latency, true);
        }
    }

    /**
     * No answer, ever; the stream stays open until the client gives up.
     *
     * @param latency see {@link Reply#latency()}
     * @param accepts see {@link Reply#accepts()}
     */
    record Silence(@Nullable Duration latency, boolean accepts) implements Reply {
        @Override
        public Silence after(Duration delay) {
            return new Silence(notNegative(delay), accepts);
        }

        @Override
        public Silence accepting() {
            return new Silence(latency, true);
        }
    }

    /**
     * RST_STREAM instead of an answer.
     *
     * @param errorCode HTTP/2 error code, for example 7 for REFUSED_STREAM, 8 for CANCEL, 2 for INTERNAL_ERROR
     * @param latency see {@link Reply#latency()}
     * @param accepts see {@link Reply#accepts()}
     */
    record Reset(long errorCode, @Nullable Duration latency, boolean accepts) implements Reply {
        @Override
        public Reset after(Duration delay) {
            return new Reset(errorCode, notNegative(delay), accepts);
        }

        @Override
        public Reset accepting() {
            return new Reset(errorCode, latency, true);
        }
    }

    /**
     * GOAWAY for the whole connection. Accepting: the last stream id in it is the newest stream, everything in flight is finished and
     * answered, then the connection closes; newer requests that cross the GOAWAY are ignored. A request whose body has not come five
     * seconds later is not waited for. Not accepting: the last stream id is the newest <em>answered</em> stream, nothing in
     * flight was or will be processed, and the connection closes at once. Apple's GOAWAY carries a reason as JSON, so does this one.
     *
     * @param latency see {@link Reply#latency()}
     * @param accepts see {@link Reply#accepts()}; holds for everything that is in flight on the connection
     */
    record GoAway(@Nullable Duration latency, boolean accepts) implements Reply {
        @Override
        public GoAway after(Duration delay) {
            return new GoAway(notNegative(delay), accepts);
        }

        @Override
        public GoAway accepting() {
            return new GoAway(latency, true);
        }
    }

    /**
     * The TCP connection is closed without a word.
     *
     * @param latency see {@link Reply#latency()}
     * @param accepts see {@link Reply#accepts()}; holds for everything that is in flight on the connection
     */
    record Drop(@Nullable Duration latency, boolean accepts) implements Reply {
        @Override
        public Drop after(Duration delay) {
            return new Drop(notNegative(delay), accepts);
        }

        @Override
        public Drop accepting() {
            return new Drop(latency, true);
        }
    }

    /** Success: 200. */
    static Answer ok() {
        return new Answer(200, null, null, null, null, null, true);
    }

    /**
     * Any status with any reason, those of tomorrow too. APNs puts it in {@code {"reason":…}}; FCM in an FcmError's
     * {@code errorCode}, with {@code error.status} derived from the HTTP status (more shapes: {@code FcmReplies}).
     */
    static Answer status(int status, String reason) {
        Objects.requireNonNull(reason, "reason");
        return new Answer(status, reason, null, null, null, null, status < 300);
    }

    /** A status with headers alone: the stream ends without a body. */
    static Answer bodyless(int status) {
        return raw(status, "");
    }

    /** A status with any text as body. */
    static Answer raw(int status, String body) {
        Objects.requireNonNull(body, "body");
        return new Answer(status, null, body, null, null, null, status < 300);
    }

    /** A dead token, 410 {@code Unregistered} at APNs (with the current time) and 404 {@code UNREGISTERED} at FCM. */
    static Answer unregistered() {
        return new Answer(410, null, null, null, null, null, false);
    }

    /** A dead token that has been dead since the given time; FCM does not say since when. */
    static Answer unregistered(Instant since) {
        return new Answer(410, null, null, null, Objects.requireNonNull(since, "since"), null, false);
    }

    /** 429: {@code TooManyRequests} at APNs; {@code QUOTA_EXCEEDED} for the device at FCM. */
    static Answer throttled() {
        return new Answer(429, null, null, null, null, null, false);
    }

    /** 503: {@code ServiceUnavailable} at APNs, {@code UNAVAILABLE} at FCM. */
    static Answer unavailable() {
        return new Answer(503, null, null, null, null, null, false);
    }

    /** No answer, ever. */
    static Silence silence() {
        return new Silence(null, false);
    }

    /** RST_STREAM with the given HTTP/2 error code. */
    static Reset reset(long errorCode) {
        return new Reset(errorCode, null, false);
    }

    /** GOAWAY; see {@link GoAway}. */
    static GoAway goAway() {
        return new GoAway(null, false);
    }

    /** The connection is closed without a word. */
    static Drop drop() {
        return new Drop(null, false);
    }

    private static Duration notNegative(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("latency must not be negative, not " + delay);
        }
        return delay;
    }
}
