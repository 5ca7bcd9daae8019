package dev.notifykit.device;

import dev.notifykit.codec.KeptFields;
import dev.notifykit.push.Problems;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A target registered for a user. Immutable; {@link #toString()} shows neither user nor address.
 *
 * <p>Times are kept to the millisecond, as APNs tells its own, and locales by their language tag, so that a device comes back from every
 * store as it went in.
 */
public final class Device {

    /** Longer than any language tag in use; it keeps a hostile one from filling memory. */
    public static final int MAX_LANGUAGE_TAG_LENGTH = 64;

    /** Most recently seen first; among equals by target, so that every store answers in the same order. */
    public static final Comparator<Device> MOST_RECENT_FIRST = Comparator.comparing(Device::lastSeen)
            .reversed()
            .thenComparing(d -> d.target().app().value())
            .thenComparing(d -> d.target().provider().value())
            .thenComparing(d -> d.target().environment())
            .thenComparing(d -> d.target().address());

    private final UserId user;
    private final Target target;
    private final InstallationId installation;
    private final Instant registeredAt;
    private final Instant lastSeen;
    private final @Nullable Locale locale;
    private final @Nullable ZoneId zone;
    private final KeptFields kept;

    private Device(Builder b, InstallationId installation, Instant lastSeen) {
        user = b.user;
        target = b.target;
        this.installation = installation;
        registeredAt = b.registeredAt;
        this.lastSeen = lastSeen;
        locale = b.locale;
        zone = b.zone;
        kept = b.kept;
    }

    /**
     * Starts a device with what every one has.
     *
     * @param user whose it is
     * @param target where it is reached
     * @param registeredAt when the app handed this token over; not before 1970
     * @return a new builder
     */
    public static Builder builder(UserId user, Target target, Instant registeredAt) {
        return new Builder(user, target, registeredAt);
    }

    /**
     * Starts from this device.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder(user, target, registeredAt);
        builder.installation = installation;
        builder.lastSeen = lastSeen;
        builder.locale = locale;
        builder.zone = zone;
        builder.kept = kept;
        return builder;
    }

    /**
     * Whose it is.
     *
     * @return the user
     */
    public UserId user() {
        return user;
    }

    /**
     * Where it is reached.
     *
     * @return app, provider, environment and address
     */
    public Target target() {
        return target;
    }

    /**
     * The app on the phone, whatever its token.
     *
     * @return the host's name for it, or one that stands for the target
     */
    public InstallationId installation() {
        return installation;
    }

    /**
     * When the app last handed this token over: what a provider says of an earlier time does not concern it.
     *
     * @return to the millisecond
     */
    public Instant registeredAt() {
        return registeredAt;
    }

    /**
     * The last sign of life.
     *
     * @return to the millisecond; not before {@link #registeredAt()}
     */
    public Instant lastSeen() {
        return lastSeen;
    }

    /**
     * The language of the app on it.
     *
     * @return the locale, if one was given
     */
    public Optional<Locale> locale() {
        return Optional.ofNullable(locale);
    }

    /**
     * Where its user's day begins.
     *
     * @return the time zone, if one was given
     */
    public Optional<ZoneId> zone() {
        return Optional.ofNullable(zone);
    }

    /** What a newer build has written and this one does not know. */
    KeptFields kept() {
        return kept;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Device d
                && user.equals(d.user)
                && target.equals(d.target)
                && installation.equals(d.installation)
                && registeredAt.equals(d.registeredAt)
                && lastSeen.equals(d.lastSeen)
                && Objects.equals(locale, d.locale)
                && Objects.equals(zone, d.zone)
                && kept.equals(d.kept);
    }

    @Override
    public int hashCode() {
        return Objects.hash(user, target, registeredAt, lastSeen);
    }

    /** Shows the lane and the times only. */
    @Override
    public String toString() {
        return "Device[" + target.app() + "/" + target.provider() + "/" + target.environment() + ", registered "
                + registeredAt + ", seen " + lastSeen + "]";
    }

    /** Builds a {@link Device}. Not thread-safe. */
    public static final class Builder {

        private UserId user;
        private Target target;
        private Instant registeredAt;
        private @Nullable InstallationId installation;
        private @Nullable Instant lastSeen;
        private @Nullable Locale locale;
        private @Nullable ZoneId zone;
        private KeptFields kept = KeptFields.NONE;

        private Builder(UserId user, Target target, Instant registeredAt) {
            this.user = Objects.requireNonNull(user, "user");
            this.target = Objects.requireNonNull(target, "target");
            this.registeredAt = millis(registeredAt, "registeredAt");
        }

        /**
         * Whose it is.
         *
         * @param value another user
         * @return this
         */
        public Builder user(UserId value) {
            user = Objects.requireNonNull(value, "user");
            return this;
        }

        /**
         * Where it is reached.
         *
         * @param value a new address
         * @return this
         */
        public Builder target(Target value) {
            target = Objects.requireNonNull(value, "target");
            return this;
        }

        /**
         * The host's name of the installation; when not set, {@link InstallationId#of(Target)}.
         *
         * @param value the name
         * @return this
         */
        public Builder installation(InstallationId value) {
            installation = Objects.requireNonNull(value, "installation");
            return this;
        }

        /**
         * When the app handed this token over.
         *
         * @param value not before 1970
         * @return this
         */
        public Builder registeredAt(Instant value) {
            registeredAt = millis(value, "registeredAt");
            return this;
        }

        /**
         * The last sign of life. An app that registers is alive: what is earlier than the registration, or not set, is the
         * time of the registration.
         *
         * @param value the time
         * @return this
         */
        public Builder lastSeen(Instant value) {
            lastSeen = millis(value, "lastSeen");
            return this;
        }

        /**
         * The language of the app on it; unknown when not set.
         *
         * @param value a locale whose language tag has at most {@value Device#MAX_LANGUAGE_TAG_LENGTH} characters
         * @return this
         */
        public Builder locale(@Nullable Locale value) {
            locale = value == null ? null : Locale.forLanguageTag(value.toLanguageTag());
            return this;
        }

        /**
         * Where its user's day begins; unknown when not set.
         *
         * @param value the time zone
         * @return this
         */
        public Builder zone(@Nullable ZoneId value) {
            zone = value;
            return this;
        }

        Builder kept(KeptFields value) {
            kept = value;
            return this;
        }

        /**
         * Builds the device.
         *
         * @return the device
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public Device build() {
            Problems problems = new Problems("Device");
            problems.require(
                    !registeredAt.isBefore(Instant.EPOCH),
                    "registeredAt",
                    "must not be before 1970",
                    "check the unit: milliseconds are not seconds");
            int tagLength = locale == null ? 0 : locale.toLanguageTag().length();
            problems.require(
                    tagLength <= MAX_LANGUAGE_TAG_LENGTH,
                    "locale",
                    "its language tag must have at most " + MAX_LANGUAGE_TAG_LENGTH + " characters, has " + tagLength,
                    "leave extensions out");
            problems.throwIfAny();
            return new Device(
                    this,
                    installation == null ? InstallationId.of(target) : installation,
                    lastSeen == null || lastSeen.isBefore(registeredAt) ? registeredAt : lastSeen);
        }

        private static Instant millis(Instant value, String field) {
            return Objects.requireNonNull(value, field).truncatedTo(ChronoUnit.MILLIS);
        }
    }
}
