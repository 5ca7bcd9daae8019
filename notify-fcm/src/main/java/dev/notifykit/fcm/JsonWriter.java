package dev.notifykit.fcm;

import java.util.Arrays;

/**
 * Writes JSON straight to UTF-8 bytes. Commas are its own business; the caller balances the braces. Text that has no UTF-8 form (half
 * of a surrogate pair) is refused, since a replacement character would silently change what a person reads; so is more than a
 * limit, before it takes memory. {@link #measuring} gives one that only counts, for whoever asks whether a request could be sent. Used by
 * one thread.
 */
final class JsonWriter {

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    /** A usual message without growing. */
    private static final int FIRST_SIZE = 1024;

    private static final byte[] NOTHING = {};

    private final int limit;
    private final boolean measuring;
    private byte[] out;
    private int length;
    private boolean comma;
    private int contentBytes;

    /** Why a text cannot be written; where it stood, the caller knows. */
    static final class Unwritable extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean tooLong;

        Unwritable(boolean tooLong) {
            super(tooLong ? "too long" : "half of a surrogate pair", null, false, false);
            this.tooLong = tooLong;
        }

        boolean tooLong() {
            return tooLong;
        }
    }

    /**
     * An empty document.
     *
     * @param limit more than this many bytes of content are refused before room is made for them
     */
    JsonWriter(int limit) {
        this(limit, false);
    }

    private JsonWriter(int limit, boolean measuring) {
        this.limit = limit;
        this.measuring = measuring;
        out = measuring ? NOTHING : new byte[FIRST_SIZE];
    }

    /**
     * One that keeps no text: it refuses what every writer refuses, {@link #contentBytes()} is as ever, {@link #length()} is 0.
     *
     * @param limit as for the constructor
     */
    static JsonWriter measuring(int limit) {
        return new JsonWriter(limit, true);
    }

    JsonWriter open(char bracket) {
        separate();
        put(bracket);
        comma = false;
        return this;
    }

    JsonWriter close(char bracket) {
        put(bracket);
        comma = true;
        return this;
    }

    JsonWriter name(String name) throws Unwritable {
        separate();
        string(name);
        put(':');
        comma = false;
        return this;
    }

    JsonWriter value(String text) throws Unwritable {
        separate();
        string(text);
        comma = true;
        return this;
    }

    /**
     * A text that is filled in later.
     *
     * @param content how many bytes it counts for
     * @return where in {@link #bytes()} it goes, between its quotes
     */
    int blank(int content) {
        separate();
        put('"');
        int at = length;
        put('"');
        contentBytes += content;
        comma = true;
        return at;
    }

    JsonWriter value(long number) {
        return literal(Long.toString(number));
    }

    JsonWriter value(boolean flag) {
        return literal(flag ? "true" : "false");
    }

    /** Bytes of all names and values so far, without quotes, escapes and punctuation: what FCM counts against its limit. */
    int contentBytes() {
        return contentBytes;
    }

    /** What was written, and room for more: {@link #length()} of them count. */
    byte[] bytes() {
        return out;
    }

    int length() {
        return length;
    }

    private JsonWriter literal(String ascii) {
        separate();
        if (!measuring) {
            ensure(ascii.length());
            for (int i = 0; i < ascii.length(); i++) {
                out[length++] = (byte) ascii.charAt(i);
            }
        }
        contentBytes += ascii.length();
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            put(',');
        }
    }

    private void put(char ascii) {
        if (measuring) {
            return;
        }
        ensure(1);
        out[length++] = (byte) ascii;
    }

    private void string(String text) throws Unwritable {
        int n = text.length();
        if (n > limit - contentBytes) {
            throw new Unwritable(true);
        }
        int plain = plainPrefix(text);
        if (measuring) {
            contentBytes += plain + measure(text, plain);
            return;
        }
        // The longest form of one char is an escape of six bytes; where there are none, a token needs no room for them.
        ensure(2 + plain + 6 * (n - plain));
        byte[] to = out;
        int at = length;
        int content = plain;
        to[at++] = '"';
        for (int i = 0; i < plain; i++) {
            to[at++] = (byte) text.charAt(i);
        }
        for (int i = plain; i < n; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x80) {
                if (c == '"' || c == '\\') {
                    to[at++] = '\\';
                }
                to[at++] = (byte) c;
                content++;
            } else if (c < ' ') {
                at = control(c, to, at);
                content++;
            } else if (c < 0x800) {
                to[at++] = (byte) (0xC0 | (c >> 6));
                to[at++] = (byte) (0x80 | (c & 0x3F));
                content += 2;
            } else if (!Character.isSurrogate(c)) {
                to[at++] = (byte) (0xE0 | (c >> 12));
                to[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                to[at++] = (byte) (0x80 | (c & 0x3F));
                content += 3;
            } else {
                if (!Character.isHighSurrogate(c) || i + 1 == n || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new Unwritable(false);
                }
                int point = Character.toCodePoint(c, text.charAt(++i));
                to[at++] = (byte) (0xF0 | (point >> 18));
                to[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                to[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                to[at++] = (byte) (0x80 | (point & 0x3F));
                content += 4;
            }
        }
        to[at++] = '"';
        length = at;
        contentBytes += content;
    }

    /** How many chars at the start stand for themselves. */
    private static int plainPrefix(String text) {
        int n = text.length();
        for (int i = 0; i < n; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x80 || c == '"' || c == '\\') {
                return i;
            }
        }
        return n;
    }

    /** The content that the rest of a text has in UTF-8. */
    private static int measure(String text, int from) throws Unwritable {
        int content = 0;
        int n = text.length();
        for (int i = from; i < n; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                content++;
            } else if (c < 0x800) {
                content += 2;
            } else if (!Character.isSurrogate(c)) {
                content += 3;
            } else if (Character.isHighSurrogate(c) && i + 1 < n && Character.isLowSurrogate(text.charAt(i + 1))) {
                content += 4;
                i++;
            } else {
                throw new Unwritable(false);
            }
        }
        return content;
    }

    private static int control(char c, byte[] to, int from) {
        int at = from;
        to[at++] = '\\';
        switch (c) {
            case '\n' -> to[at++] = 'n';
            case '\r' -> to[at++] = 'r';
            case '\t' -> to[at++] = 't';
            default -> {
                to[at++] = 'u';
                to[at++] = '0';
                to[at++] = '0';
                to[at++] = HEX[c >> 4];
                to[at++] = HEX[c & 0xF];
            }
        }
        return at;
    }

    private void ensure(int more) {
        if (out.length - length < more) {
            out = Arrays.copyOf(out, Math.max(Math.addExact(length, more), 2 * out.length));
        }
    }
}
