package dev.notifykit.message;

import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whom a message is for. Immutable. */
public sealed interface Recipient {

    /**
     * One device.
     *
     * @param target where it is reached
     * @return the recipient
     */
    static Recipient device(Target target) {
        return new ToDevice(target);
    }

    /**
     * A user, on all devices of all apps.
     *
     * @param user who
     * @return the recipient
     */
    static Recipient user(UserId user) {
        return new ToUser(user, null);
    }

    /**
     * A user, on all devices of one app.
     *
     * @param app which app
     * @param user who
     * @return the recipient
     */
    static Recipient user(AppId app, UserId user) {
        return new ToUser(user, Objects.requireNonNull(app, "app"));
    }

    /**
     * The members of a topic. A message to a topic becomes a fan-out that goes by the message's id.
     *
     * @param topic which topic
     * @return the recipient
     */
    static Recipient topic(TopicName topic) {
        return new ToTopic(topic);
    }

    /**
     * One device.
     *
     * @param target where it is reached
     */
    record ToDevice(Target target) implements Recipient {
        /** Checks that there is one. */
        public ToDevice {
            Objects.requireNonNull(target, "target");
        }
    }

    /**
     * The devices that a user has when the message is worked on.
     *
     * @param user who
     * @param app of which app; null: of all
     */
    record ToUser(UserId user, @Nullable AppId app) implements Recipient {
        /** Checks that there is one. */
        public ToUser {
            Objects.requireNonNull(user, "user");
        }
    }

    /**
     * The members that a topic has when they are read.
     *
     * @param topic which topic
     */
    record ToTopic(TopicName topic) implements Recipient {
        /** Checks that there is one. */
        public ToTopic {
            Objects.requireNonNull(topic, "topic");
        }
    }
}
