package dev.notifykit.push;

import java.util.List;

/** A piece of visible text: as it stands, or by a key that the app looks up in its own resources. Immutable. */
public sealed interface Text {

    /**
     * Text as it stands.
     *
     * @param value what is shown
     */
    record Literal(String value) implements Text {
        @Override
        public String toString() {
            return "Literal[" + value.length() + " characters]";
        }
    }

    /**
     * Text that the app looks up on the device.
     *
     * @param key the key in the app's resources; not empty
     * @param args what replaces the placeholders
     */
    record Localized(String key, List<String> args) implements Text {
        /** Copies the arguments. */
        public Localized {
            if (key.isBlank()) {
                throw new IllegalArgumentException("localisation key must not be blank");
            }
            args = List.copyOf(args);
        }

        @Override
        public String toString() {
            return "Localized[" + args.size() + " args]";
        }
    }

    /**
     * Text as it stands.
     *
     * @param value what is shown
     * @return the text
     */
    static Text of(String value) {
        return new Literal(value);
    }

    /**
     * Text that the app looks up on the device.
     *
     * @param key the key in the app's resources
     * @param args what replaces the placeholders
     * @return the text
     */
    static Text localized(String key, String... args) {
        return new Localized(key, List.of(args));
    }
}
