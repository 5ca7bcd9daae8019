package dev.notifykit.push;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a provider said of <em>one attempt</em>. A failure of the provider is a value of this type, never a failed future. Reasons are
 * the vendor's own strings, an open set; they never hold a token or a payload. All records are immutable.
 */
public sealed interface PushResponse {

    /**
     * The provider took it. That is not "shown on the device": no vendor promises delivery.
     *
     * @param providerMessageId the vendor's name for it; empty where it gives none
     */
    record Accepted(String providerMessageId) implements PushResponse {}

    /**
     * The address is dead. Delete it only if it was registered before {@code invalidSince}.
     *
     * @param reason the vendor's reason
     * @param invalidSince since when, where the vendor says so
     */
    record TokenInvalid(String reason, @Nullable Instant invalidSince) implements PushResponse {}

    /**
     * This request is wrong and will be wrong again.
     *
     * @param reason the vendor's reason, or ours in capitals
     * @param detail which field, in words
     * @param wrongTarget whether the address belongs to another app or sender: many of these mean that the sender is misconfigured
     */
    record Rejected(String reason, String detail, boolean wrongTarget) implements PushResponse {

        /**
         * A request that is wrong by its content.
         *
         * @param reason the vendor's reason, or ours in capitals
         * @param detail which field, in words
         */
        public Rejected(String reason, String detail) {
            this(reason, detail, false);
        }
    }

    /**
     * The sender is wrong: its credential, permission or default topic. Never for something that the request itself has set.
     *
     * @param reason the vendor's reason, or ours in capitals
     * @param detail what to mend, in words
     */
    record Misconfigured(String reason, String detail) implements PushResponse {}

    /**
     * Too many requests, in the vendor's eyes. Surely not accepted.
     *
     * @param reason the vendor's reason
     * @param retryAfter how long the vendor asks us to wait, where it says so
     * @param scope whose requests are too many
     */
    record Throttled(String reason, @Nullable Duration retryAfter, Scope scope) implements PushResponse {

        /** Whose requests are too many. */
        public enum Scope {
            /** This device: others go on. */
            DEVICE,
            /** This provider topic: others go on. */
            TOPIC,
            /** The whole credential. */
            SENDER
        }
    }

    /**
     * Surely not accepted, through no fault of the request; worth another attempt.
     *
     * @param cause what kind of failure
     * @param reason the vendor's reason, or the failure in words
     * @param retryAfter how long to wait at least, where the vendor says so
     */
    record Unavailable(
            Unavailable.Cause cause,
            String reason,
            @Nullable Duration retryAfter) implements PushResponse {

        /** What kind of failure. */
        public enum Cause {
            /** The vendor answered that it cannot (a 5xx). */
            SERVER_ERROR,
            /** The request was never handed over: there was no connection, or no credential, to send it with. */
            NOT_SENT,
            /** A connection did not take it: the stream was refused, or the connection was about to end. Says nothing of the vendor. */
            REFUSED,
            /** The credential had grown old; the provider has dropped it and the next attempt brings a fresh one. */
            CREDENTIAL_STALE
        }

        /**
         * Without advice on when to come back.
         *
         * @param cause what kind of failure
         * @param reason the vendor's reason, or the failure in words
         */
        public Unavailable(Unavailable.Cause cause, String reason) {
            this(cause, reason, null);
        }
    }

    /**
     * It may have been accepted: the answer is missing or has followed real deliveries. Another attempt may make a duplicate.
     *
     * @param cause why it is not known
     * @param reason the failure in words
     * @param retryAfter how long to wait at least, where the vendor says so
     */
    record Unknown(
            Unknown.Cause cause, String reason, @Nullable Duration retryAfter) implements PushResponse {

        /** Why it is not known. */
        public enum Cause {
            /** No answer within the attempt timeout. */
            TIMEOUT,
            /** The connection or the stream ended after the request was written. */
            CONNECTION_LOST,
            /** The vendor answered with an error that has been seen after real deliveries (FCM's 500 and 503). */
            SERVER_ERROR,
            /** The provider's own code failed, which it never should. */
            SERVICE_FAILED
        }

        /**
         * Without advice on when to come back.
         *
         * @param cause why it is not known
         * @param reason the failure in words
         */
        public Unknown(Unknown.Cause cause, String reason) {
            this(cause, reason, null);
        }
    }
}
