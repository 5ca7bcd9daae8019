package dev.notifykit.testkit.internal.apns;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may send on one connection: a client certificate, or a JWT on every request. A connection belongs to the team that first sent
 * on it.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns">Apple:
 *     Establishing a token-based connection to APNs</a>
 */
final class Authentication {
    /** Apple refuses a token whose {@code iat} is older than one hour. */
    private static final Duration MAX_AGE = Duration.ofHours(1);
    /** Clocks differ a little. */
    private static final Duration MAX_AHEAD = Duration.ofMinutes(5);

    private static final String SCHEME = "bearer ";

    private final TokenDesk desk;
    private final ApnsSettings settings;
    private final BooleanSupplier certified;
    private @Nullable String currentJwt;
    private @Nullable String team;
    private Instant currentSince = Instant.MIN;

    Authentication(TokenDesk desk, ApnsSettings settings, BooleanSupplier certified) {
        this.desk = desk;
        this.settings = settings;
        this.certified = certified;
    }

    @Nullable
    Refusal check(@Nullable String authorization) {
        if (certified.getAsBoolean()) {
            return null; // Apple ignores the header then
        }
        if (authorization == null) {
            return Refusal.forbidden("MissingProviderToken");
        }
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Refusal.forbidden("InvalidProviderToken");
        }
        String jwt = authorization.substring(SCHEME.length());
        ProviderToken token = desk.verify(jwt);
        Instant now = settings.clock().instant();
        if (token == null || token.issuedAt().isAfter(now.plus(MAX_AHEAD))) {
            return Refusal.forbidden("InvalidProviderToken");
        }
        if (token.issuedAt().isBefore(now.minus(MAX_AGE))) {
            return Refusal.forbidden("ExpiredProviderToken");
        }
        if (team != null && !team.equals(token.key().teamId())) {
            return Refusal.forbidden("UnrelatedKeyIdInToken");
        }
        if (!jwt.equals(currentJwt)) {
            if (currentJwt != null
                    && currentSince.plus(settings.tokenUpdateInterval()).isAfter(now)) {
                return new Refusal(429, "TooManyProviderTokenUpdates");
            }
            currentJwt = jwt;
            currentSince = now;
            team = token.key().teamId();
        }
        return null;
    }
}
