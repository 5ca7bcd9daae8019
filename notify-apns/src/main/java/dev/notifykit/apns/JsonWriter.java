package dev.notifykit.apns;

import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object and counts its bytes in UTF-8 on the way. Not thread-safe. A lone surrogate, which UTF-8 cannot say, is
 * remembered by the name of its field and not thrown, so that one pass finds the size as well. {@link #measuring()} gives one that only
 * counts, for whoever asks whether a request could be sent.
 */
final class JsonWriter {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final @Nullable StringBuilder out;
    private int chars;
    private int bytesBeyondChars;
    private boolean comma;
    private @Nullable String malformedField;

    JsonWriter() {
        this(new StringBuilder(512));
    }

    private JsonWriter(@Nullable StringBuilder out) {
        this.out = out;
    }

    /** One that keeps no text: {@link #bytes()} and {@link #malformedField()} are as ever, {@link #json()} is empty. */
    static JsonWriter measuring() {
        return new JsonWriter(null);
    }

    JsonWriter open() {
        separate();
        put('{');
        comma = false;
        return this;
    }

    JsonWriter close() {
        put('}');
        comma = true;
        return this;
    }

    /** A key of ours: plain ASCII. */
    JsonWriter key(String name) {
        separate();
        chars += name.length() + 3;
        if (out != null) {
            out.append('"').append(name).append("\":");
        }
        comma = false;
        return this;
    }

    /** A key of the host's. */
    JsonWriter foreignKey(String name, String field) {
        separate();
        quote(name, field);
        put(':');
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
        put('[');
        comma = false;
        for (String value : values) {
            text(value, field);
        }
        put(']');
        comma = true;
        return this;
    }

    /** A value that is JSON already. */
    JsonWriter json(String value, String field) {
        separate();
        for (int i = 0; i < value.length(); i++) {
            i += beyondAscii(value, i, field);
        }
        put(value);
        return this;
    }

    /** {@code true}. */
    JsonWriter yes() {
        separate();
        put("true");
        return this;
    }

    JsonWriter number(long value) {
        separate();
        put(String.valueOf(value));
        return this;
    }

    /** A finite number. */
    JsonWriter number(double value) {
        separate();
        put(String.valueOf(value));
        return this;
    }

    /** Length of {@link #json()} in UTF-8. */
    int bytes() {
        return chars + bytesBeyondChars;
    }

    /** The first field that held half of a surrogate pair. */
    @Nullable
    String malformedField() {
        return malformedField;
    }

    String json() {
        return out == null ? "" : out.toString();
    }

    private void separate() {
        if (comma) {
            put(',');
        }
        comma = true;
    }

    private void quote(String value, String field) {
        put('"');
        int plain = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                if (c < ' ' || c == '"' || c == '\\') {
                    put(value, plain, i);
                    escape(c);
                    plain = i + 1;
                }
            } else {
                i += beyondAscii(value, i, field);
            }
        }
        put(value, plain, value.length());
        put('"');
    }

    /** Counts what a char takes beyond one byte. Answers how many chars more have been counted with it. */
    private int beyondAscii(String value, int at, String field) {
        char c = value.charAt(at);
        if (c < 0x80) {
            return 0;
        } else if (c < 0x800) {
            bytesBeyondChars++;
        } else if (!Character.isSurrogate(c)) {
            bytesBeyondChars += 2;
        } else if (Character.isHighSurrogate(c)
                && at + 1 < value.length()
                && Character.isLowSurrogate(value.charAt(at + 1))) {
            bytesBeyondChars += 2; // two chars, four bytes
            return 1;
        } else if (malformedField == null) {
            malformedField = field;
        }
        return 0;
    }

    private void put(char ascii) {
        chars++;
        if (out != null) {
            out.append(ascii);
        }
    }

    private void put(String text) {
        put(text, 0, text.length());
    }

    private void put(String text, int from, int to) {
        chars += to - from;
        if (out != null) {
            out.append(text, from, to);
        }
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> {
                put('\\');
                put(c);
            }
            case '\n' -> put("\\n");
            case '\r' -> put("\\r");
            case '\t' -> put("\\t");
            default -> {
                put("\\u00");
                put(HEX[c >> 4]);
                put(HEX[c & 15]);
            }
        }
    }
}
