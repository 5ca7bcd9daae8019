package dev.notifykit.result;

import dev.notifykit.push.PushResponse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request in the end; exactly one for every admitted request. Immutable.
 *
 * <p>After an attempt whose outcome is unknown, every end that is not a provider's answer is {@link Unknown}: we never say "not sent"
 * of what may have arrived.
 */
public sealed interface SendResult {

    /**
     * Which of the records this is, as a constant to count by and to store.
     *
     * @return the kind
     */
    Kind kind();

    /** One constant per record. The order is part of the stored format: append only. */
    enum Kind {
        /** {@link SendResult.Accepted}. */
        ACCEPTED,
        /** {@link SendResult.TokenInvalid}. */
        TOKEN_INVALID,
        /** {@link SendResult.Rejected}. */
        REJECTED,
        /** {@link SendResult.Expired}. */
        EXPIRED,
        /** {@link SendResult.Suppressed}. */
        SUPPRESSED,
        /** {@link SendResult.DeadLettered}. */
        DEAD_LETTERED,
        /** {@link SendResult.Cancelled}. */
        CANCELLED,
        /** {@link SendResult.NotSent}. */
        NOT_SENT,
        /** {@link SendResult.Unknown}. */
        UNKNOWN
    }

    /**
     * The provider took it.
     *
     * @param providerMessageId the vendor's name for it; empty where it gives none
     */
    record Accepted(String providerMessageId) implements SendResult {
        @Override
        public Kind kind() {
            return Kind.ACCEPTED;
        }
    }

    /**
     * The address is dead.
     *
     * @param reason the vendor's reason
     * @param invalidSince since when, where the vendor says so; delete the address only if it was registered before
     */
    record TokenInvalid(String reason, @Nullable Instant invalidSince) implements SendResult {
        @Override
        public Kind kind() {
            return Kind.TOKEN_INVALID;
        }
    }

    /**
     * The request is wrong and would be wrong again.
     *
     * @param reason the vendor's reason, or ours in capitals
     * @param detail which field, in words
     */
    record Rejected(String reason, String detail) implements SendResult {

        /** The reason of a request whose (app, provider, environment) has no lane here. */
        public static final String NO_LANE = "NO_LANE";

        @Override
        public Kind kind() {
            return Kind.REJECTED;
        }
    }

    /** Its life ended before it could be sent. */
    record Expired() implements SendResult {
        @Override
        public Kind kind() {
            return Kind.EXPIRED;
        }
    }

    /**
     * It was not to be sent.
     *
     * @param why the rule that stopped it
     */
    record Suppressed(Suppressed.Why why) implements SendResult {

        /** The rule that stopped it. */
        public enum Why {
            /** The same recipient was there before, or the same was said before. */
            DUPLICATE,
            /** Something newer was said before. */
            STALE,
            /** A correction was admitted while it was under way. */
            SUPERSEDED,
            /** The device has had as many lately as its lane's cap allows. */
            CAPPED,
            /** The user had no device. */
            NO_DEVICE
        }

        @Override
        public Kind kind() {
            return Kind.SUPPRESSED;
        }
    }

    /**
     * We gave up; nothing of it was accepted, as far as anybody knows.
     *
     * @param why what ran out
     * @param lastResponse what the provider said last, if it was asked
     * @param attempts how many attempts were made
     */
    record DeadLettered(DeadLettered.Why why, @Nullable PushResponse lastResponse, int attempts) implements SendResult {

        /** What ran out. */
        public enum Why {
            /** The retry policy allows no further attempt. */
            ATTEMPTS,
            /** The retry policy's total deadline. */
            DEADLINE,
            /** Processes have died with it, the last one with nothing else in flight. */
            POISON
        }

        @Override
        public Kind kind() {
            return Kind.DEAD_LETTERED;
        }
    }

    /** The host took it back before an attempt was made. */
    record Cancelled() implements SendResult {
        @Override
        public Kind kind() {
            return Kind.CANCELLED;
        }
    }

    /**
     * Never attempted, and held by nobody any more. Only on the direct road.
     *
     * @param why what stood in the way
     */
    record NotSent(NotSent.Why why) implements SendResult {

        /** What stood in the way. */
        public enum Why {
            /** The client was closed. */
            SHUTDOWN,
            /** The lane's sender was paused until the request's deadline. */
            LANE_PAUSED,
            /** A store could not answer, and the declared policy is not to send then. */
            STORE_UNAVAILABLE,
            /** Another sender holds the claim on the same dedup key, and had not ended by the request's deadline. */
            CLAIMED_ELSEWHERE
        }

        @Override
        public Kind kind() {
            return Kind.NOT_SENT;
        }
    }

    /**
     * It may have been accepted, or not; nobody can say.
     *
     * @param attempts how many attempts were made
     */
    record Unknown(int attempts) implements SendResult {
        @Override
        public Kind kind() {
            return Kind.UNKNOWN;
        }
    }

    /**
     * A result of which only the kind survived: after a crash the reason's text is best effort.
     *
     * @param kind which record
     * @return a result without details
     */
    static SendResult ofKind(Kind kind) {
        return switch (kind) {
            case ACCEPTED -> new Accepted("");
            case TOKEN_INVALID -> new TokenInvalid("", null);
            case REJECTED -> new Rejected("", "");
            case EXPIRED -> new Expired();
            case SUPPRESSED -> new Suppressed(Suppressed.Why.DUPLICATE);
            case DEAD_LETTERED -> new DeadLettered(DeadLettered.Why.ATTEMPTS, null, 0);
            case CANCELLED -> new Cancelled();
            case NOT_SENT -> new NotSent(NotSent.Why.SHUTDOWN);
            case UNKNOWN -> new Unknown(1);
        };
    }
}
