package dev.notifykit.message;

import dev.notifykit.push.Target;
import java.util.Objects;

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
}
