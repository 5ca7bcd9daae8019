package dev.notifykit.topic;

import dev.notifykit.device.InstallationId;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Digest;
import dev.notifykit.push.UserId;
import java.util.Objects;

/**
 * Who is in a topic: a user with all devices, whichever that are when something is sent, or one installation of an app, whatever its
 * token, for as long as that user has it. Somebody else who logs in on the same phone does not inherit its topics. Immutable.
 */
public sealed interface TopicMember {

    /**
     * Whose membership it is: erasing the user ends it.
     *
     * @return the user
     */
    UserId user();

    /**
     * The place of this member in a list: members are listed in the order of these texts, so that all of one user stand together, the user first. It
     * consists of digests, and names nobody.
     *
     * @return 32 hexadecimal digits for the user and a dot, for an installation followed by 32 more; the same for equal members everywhere
     */
    String position();

    /**
     * A user, with all devices.
     *
     * @param user the user
     * @return the member
     */
    static TopicMember user(UserId user) {
        return new WholeUser(user);
    }

    /**
     * One installation, for as long as the user has it.
     *
     * @param user whose it is
     * @param app the app
     * @param installation under which name it is registered
     * @return the member
     */
    static TopicMember device(UserId user, AppId app, InstallationId installation) {
        return new OneDevice(user, app, installation);
    }

    /**
     * A user, with all devices.
     *
     * @param user the user
     */
    record WholeUser(UserId user) implements TopicMember {
        /** Checks that there is one. */
        public WholeUser {
            Objects.requireNonNull(user, "user");
        }

        @Override
        public String position() {
            return Digest.of(user.value()) + ".";
        }
    }

    /**
     * One installation, for as long as the user has it.
     *
     * @param user whose it is
     * @param app the app
     * @param installation under which name it is registered
     */
    record OneDevice(UserId user, AppId app, InstallationId installation) implements TopicMember {
        /** Checks that nothing is missing. */
        public OneDevice {
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(app, "app");
            Objects.requireNonNull(installation, "installation");
        }

        @Override
        public String position() {
            // NUL cannot occur in the name of an app.
            return Digest.of(user.value()) + "." + Digest.of(app + "\0" + installation.value());
        }
    }
}
