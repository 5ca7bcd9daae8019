package dev.notifykit.codec;

import dev.notifykit.codec.CorruptValueException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * How a text is packed: always char for char, in the shortest of four forms. Device tokens and numbers are hexadecimal digits,
 * which take half a byte; most of the rest is Latin, at a byte each. UTF-8 cannot say half of a surrogate pair, and takes three
 * bytes for a Chinese character, so that two bytes for every char are the last form.
 */
enum TextForm {
    LATIN(0) {
        @Override
        long bytes(long count) {
            return count;
        }

        @Override
        void write(String text, byte[] to, int at) {
            for (int i = 0; i < text.length(); i++) {
                to[at + i] = (byte) text.charAt(i);
            }
        }

        @Override
        String read(PackFormat format, byte[] from, int at, int count) {
            return new String(from, at, count, StandardCharsets.ISO_8859_1);
        }
    },
    UTF_8(1) {
        @Override
        long bytes(long count) {
            return count;
        }

        @Override
        void write(String text, byte[] to, int at) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            System.arraycopy(bytes, 0, to, at, bytes.length);
        }

        @Override
        String read(PackFormat format, byte[] from, int at, int count) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(from, at, count))
                        .toString();
            } catch (CharacterCodingException e) {
                throw format.corrupt(Reason.INVALID, "a text in it is no UTF-8");
            }
        }
    },
    HEX(2) {
        @Override
        long bytes(long count) {
            return (count + 1) / 2;
        }

        @Override
        void write(String text, byte[] to, int at) {
            int length = text.length();
            for (int i = 0; i < length; i += 2) {
                int low = i + 1 < length ? digit(text.charAt(i + 1)) : 0;
                to[at + i / 2] = (byte) (digit(text.charAt(i)) << 4 | low);
            }
        }

        @Override
        String read(PackFormat format, byte[] from, int at, int count) {
            byte[] digits = new byte[count];
            for (int i = 0; i < count; i++) {
                int both = from[at + i / 2];
                digits[i] = (byte) DIGITS.charAt((i % 2 == 0 ? both >> 4 : both) & 0xF);
            }
            return new String(digits, StandardCharsets.ISO_8859_1);
        }
    },
    CHARS(3) {
        @Override
        long bytes(long count) {
            return count * Character.BYTES;
        }

        @Override
        void write(String text, byte[] to, int at) {
            ByteBuffer.wrap(to, at, text.length() * Character.BYTES)
                    .asCharBuffer()
                    .put(text);
        }

        @Override
        String read(PackFormat format, byte[] from, int at, int count) {
            return ByteBuffer.wrap(from, at, count * Character.BYTES)
                    .asCharBuffer()
                    .toString();
        }
    };

    /** How many bits of a text's head say its form. */
    static final int BITS = 2;

    private static final String DIGITS = "0123456789abcdef";
    private static final byte[] DIGIT_OF = digitOf();
    private static final List<TextForm> BY_CODE = List.of(LATIN, UTF_8, HEX, CHARS);

    private final int code;

    TextForm(int code) {
        this.code = code;
    }

    static TextForm of(long head) {
        return BY_CODE.get((int) (head & ((1 << BITS) - 1)));
    }

    /** What stands before the text: its form, and how many units it has. */
    long head(int count) {
        return (long) count << BITS | code;
    }

    /** How many bytes so many units take; a unit is a byte in UTF-8, else a char. */
    abstract long bytes(long count);

    abstract void write(String text, byte[] to, int at);

    abstract String read(PackFormat format, byte[] from, int at, int count);

    /** The shortest form that says exactly this text. */
    static TextForm of(String text) {
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0xFF) {
                return beyondLatin(text);
            }
            digits |= digit(c);
        }
        return digits >= 0 && !text.isEmpty() ? HEX : LATIN; // one that is none has set the sign
    }

    private static TextForm beyondLatin(String text) {
        long utf8 = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                utf8 += 4;
                i++;
            } else if (Character.isSurrogate(c)) {
                return CHARS;
            } else {
                utf8 += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
        }
        return utf8 <= (long) text.length() * Character.BYTES ? UTF_8 : CHARS;
    }

    /** How many units a text has in this form. */
    int count(String text) {
        return this == UTF_8 ? text.getBytes(StandardCharsets.UTF_8).length : text.length();
    }

    /** Looked up: digits of tokens are random, and whoever guesses whether one is a letter is wrong every other time. */
    private static int digit(char c) {
        return c < DIGIT_OF.length ? DIGIT_OF[c] : -1;
    }

    private static byte[] digitOf() {
        byte[] values = new byte[1 << Byte.SIZE];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < DIGITS.length(); i++) {
            values[DIGITS.charAt(i)] = (byte) i;
        }
        return values;
    }
}
