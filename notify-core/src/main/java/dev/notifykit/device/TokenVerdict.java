package dev.notifykit.device;

import dev.notifykit.push.Target;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A provider's word that a token is dead, and the rule for whom it concerns: a registration up to {@link #deadSince()}. An app that
 * registers the same token later has it again, as a provider may hand the same one out after the app was installed anew. Immutable; times
 * are kept to the millisecond.
 *
 * @param target the token; {@link #toString()} does not show it
 * @param invalidSince since when, where the provider says so
 *     (<a href="https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns">APNs</a> does with
 *     410)
 * @param attemptBegan when the attempt began that was answered so, by the clock of whoever made it
 */
public record TokenVerdict(Target target, @Nullable Instant invalidSince, Instant attemptBegan) {

    /** What has become of the token. */
    public enum Effect {
        /** Its device was removed, and nothing more is sent to it. */
        REMOVED,
        /** It is not registered, and nothing more is sent to it. */
        DEAD,
        /** It was registered later than the verdict speaks of, and stays. */
        KEPT
    }

    /** Cuts the times to milliseconds. */
    public TokenVerdict {
        Objects.requireNonNull(target, "target");
        invalidSince = invalidSince == null ? null : invalidSince.truncatedTo(ChronoUnit.MILLIS);
        attemptBegan = attemptBegan.truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Since when the token is dead as far as anybody knows: the provider's time or, without one, the beginning of the attempt.
     *
     * @return the time up to which registrations are concerned
     */
    public Instant deadSince() {
        return invalidSince == null ? attemptBegan : invalidSince;
    }

    /** Shows the lane and the times only. */
    @Override
    public String toString() {
        return "TokenVerdict[" + target.app() + "/" + target.provider() + "/" + target.environment()
                + ", invalid since " + invalidSince + ", attempt at " + attemptBegan + "]";
    }
}
