package dev.notifykit.apns;

import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object and counts its bytes in UTF-8 on the way. Not thread-safe. A lone surrogate, which UTF-8 cannot say, is
 * remembered by the name of its field and not thrown, so that one pass finds the size as well.
 */
final class JsonWriter {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder out = new StringBuilder(512);
    private int bytesBeyondChars;
    private boolean comma;
    private @Nullable String malformedField;

    JsonWriter open() {
        separate();
        out.append('{');
        comma = false;
        return this;
    }

    JsonWriter close() {
        out.append('}');
        comma = true;
        return this;
    }

    /** A key of ours: plain ASCII. */
    JsonWriter key(String name) {
        separate();
        out.append('"').append(name).append("\":");
        comma = false;
        return this;
    }

    /** A key of the host's. */
    JsonWriter foreignKey(String name, String field) {
        separate();
        quote(name, field);
        out.append(':');
        comma = false;
        return this;
    }

    JsonWriter text(String value, String field) {
        separate();
        quote(value, field);
        return this;
    }

    JsonWriter texts(Iterable<String> values, String field) {
        separate();
        out.append('[');
        comma = false;
        for (String value : values) {
            text(value, field);
        }
        out.append(']');
        comma = true;
        return this;
    }

    JsonWriter number(long value) {
        separate();
        out.append(value);
        return this;
    }

    /** A finite number. */
    JsonWriter number(double value) {
        separate();
        out.append(value);
        return this;
    }

    /** Length of {@link #json()} in UTF-8. */
    int bytes() {
        return out.length() + bytesBeyondChars;
    }

    /** The first field that held half of a surrogate pair. */
    @Nullable
    String malformedField() {
        return malformedField;
    }

    String json() {
        return out.toString();
    }

    private void separate() {
        if (comma) {
            out.append(',');
        }
        comma = true;
    }

    private void quote(String value, String field) {
        out.append('"');
        int plain = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                if (c < ' ' || c == '"' || c == '\\') {
                    out.append(value, plain, i);
                    escape(c);
                    plain = i + 1;
                }
            } else if (c < 0x800) {
                bytesBeyondChars++;
            } else if (!Character.isSurrogate(c)) {
                bytesBeyondChars += 2;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                bytesBeyondChars += 2; // two chars, four bytes
                i++;
            } else if (malformedField == null) {
                malformedField = field;
            }
        }
        out.append(value, plain, value.length()).append('"');
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
        }
    }
}
