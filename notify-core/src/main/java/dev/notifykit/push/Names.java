package dev.notifykit.push;

/** The one rule for names that become part of lane keys, metric labels and store keys. */
final class Names {

    private static final int MAX_LENGTH = 200;

    private Names() {}

    static String require(String kind, String value) {
        if (value.isBlank() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    kind + " must have 1 to " + MAX_LENGTH + " characters, has " + value.length());
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c >= 127) {
                throw new IllegalArgumentException(
                        kind + " must be printable ASCII without spaces; character " + i + " is not");
            }
        }
        return value;
    }
}
