package dev.notifykit.device;

import dev.notifykit.push.Target;
import java.util.Objects;

/**
 * The host's own name of one installation of an app, which stays the same while its token changes. Any text of 1 to
 * {@value #MAX_LENGTH} characters; {@link #toString()} does not show it. Immutable.
 *
 * <p>Whoever registers under an installation's name replaces its token: let the app draw it at random, and do not show it to others.
 * An app that has two live addresses on one phone (an alert and a VoIP token) names two installations, such as {@code 7f3c/voip}.
 *
 * @param value the name
 */
public record InstallationId(String value) {

    /** Longer than any vendor's installation id; it keeps a hostile one from filling memory. */
    public static final int MAX_LENGTH = 256;

    /** Checks the name. */
    public InstallationId {
        Objects.requireNonNull(value, "installation id");
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "an installation id has 1 to " + MAX_LENGTH + " characters, this one " + value.length());
        }
    }

    /**
     * The id with this name.
     *
     * @param value the name
     * @return the id
     */
    public static InstallationId of(String value) {
        return new InstallationId(value);
    }

    /**
     * The id of an installation that the host has no name for: every target is one of its own. A new token then does not replace the
     * old one, which stays until the provider calls it dead or a sweep finds it.
     *
     * @param target its address
     * @return the same for equal targets, everywhere; it does not show the address
     */
    public static InstallationId of(Target target) {
        return new InstallationId("target:" + target.digest());
    }

    /** Shows the length only. */
    @Override
    public String toString() {
        return "InstallationId[" + value.length() + " characters]";
    }
}
