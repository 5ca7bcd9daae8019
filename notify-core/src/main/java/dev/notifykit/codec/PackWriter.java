package dev.notifykit.codec;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a value, piece by piece; {@link PackReader} reads the pieces in the same order. It is handed out by
 * {@link PackFormat#pack} and must not be kept. Every method throws {@link ValueTooLargeException} when the value grows beyond
 * its format's limit. Not thread-safe.
 */
public final class PackWriter {

    /** So that a tag takes one byte, and a record is not a dumping ground. */
    public static final int MAX_TAG = 63;

    private static final int FIRST_SIZE = 256;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private final String name;
    private final int maxBytes;
    private byte[] bytes = new byte[FIRST_SIZE];
    private int size;
    private long tags;

    PackWriter(String name, int maxBytes) {
        this.name = name;
        this.maxBytes = maxBytes;
    }

    /**
     * Yes or no: one byte.
     *
     * @param value the value
     * @return this
     */
    public PackWriter flag(boolean value) {
        octet(value ? 1 : 0);
        return this;
    }

    /**
     * A whole number: one byte from -64 to 63, ten at most.
     *
     * @param value the number
     * @return this
     */
    public PackWriter number(long value) {
        unsigned(value << 1 ^ value >> 63);
        return this;
    }

    /**
     * How many elements follow. Each takes a byte at least: the reader does not believe in more elements than there are bytes.
     *
     * @param value not negative
     * @return this
     */
    public PackWriter size(int value) {
        unsigned(value);
        return this;
    }

    /**
     * A place in a list that was written before.
     *
     * @param value not negative
     * @return this
     */
    public PackWriter index(int value) {
        unsigned(value);
        return this;
    }

    /**
     * A number with a fraction, bit for bit: eight bytes.
     *
     * @param value the number
     * @return this
     */
    public PackWriter decimal(double value) {
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            octet((int) (bits >>> shift));
        }
        return this;
    }

    /**
     * A text, char for char, halves of surrogate pairs included: half a byte for each char of lower-case hexadecimal digits, one
     * for Latin, else as in UTF-8 or two.
     *
     * @param value the text
     * @return this
     */
    public PackWriter text(String value) {
        TextForm form = TextForm.of(value);
        int count = form.count(value);
        unsigned(form.head(count));
        int at = grow(form.bytes(count));
        form.write(value, bytes, at);
        return this;
    }

    /**
     * Texts in their order.
     *
     * @param values the texts
     * @return this
     */
    public PackWriter texts(List<String> values) {
        size(values.size());
        values.forEach(this::text);
        return this;
    }

    /**
     * Names and values in the map's order. Where that means nothing, sort them first, so that equal values have equal bytes.
     *
     * @param values the map
     * @return this
     */
    public PackWriter texts(Map<String, String> values) {
        size(values.size());
        values.forEach((key, value) -> text(key).text(value));
        return this;
    }

    /**
     * Bytes, and how many there are.
     *
     * @param value the bytes
     * @return this
     */
    public PackWriter bytes(byte[] value) {
        unsigned(value.length);
        int at = grow(value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
        return this;
    }

    /**
     * An instant, exactly; seven bytes to the millisecond.
     *
     * @param value the instant
     * @return this
     */
    public PackWriter instant(Instant value) {
        return time(value.getEpochSecond(), value.getNano());
    }

    /**
     * A duration, exactly.
     *
     * @param value the duration
     * @return this
     */
    public PackWriter duration(Duration value) {
        return time(value.getSeconds(), value.getNano());
    }

    private PackWriter time(long seconds, int nanos) {
        number(seconds);
        boolean millis = nanos % NANOS_PER_MILLI == 0;
        unsigned(millis ? (long) (nanos / NANOS_PER_MILLI) << 1 : (long) nanos << 1 | 1);
        return this;
    }

    /**
     * A constant, by its code: one byte.
     *
     * @param codes the codes
     * @param value the constant
     * @param <E> the enum
     * @return this
     */
    public <E extends Enum<E>> PackWriter code(EnumCodes<E> codes, E value) {
        octet(codes.code(value));
        return this;
    }

    /**
     * Which of several forms follows: one byte.
     *
     * @param value the form's number, from 1 to {@value EnumCodes#MAX_CODE}; never used for anything else again
     * @return this
     */
    public PackWriter code(int value) {
        if (value < 1 || value > EnumCodes.MAX_CODE) {
            throw new IllegalArgumentException("a code cannot be " + value);
        }
        octet(value);
        return this;
    }

    /**
     * Something or nothing.
     *
     * @param value the value; null: nothing
     * @param content writes it
     * @param <T> its type
     * @return this
     */
    public <T> PackWriter optional(@Nullable T value, BiConsumer<PackWriter, ? super T> content) {
        flag(value != null);
        if (value != null) {
            content.accept(this, value);
        }
        return this;
    }

    /**
     * Something whose length stands before it, so that a reader finds its end without knowing all of it.
     *
     * @param content writes it
     * @return this
     */
    public PackWriter section(Consumer<PackWriter> content) {
        long outer = tags;
        tags = 0;
        int start = size;
        content.accept(this);
        int length = size - start;
        int head = unsignedBytes(length);
        grow(head);
        System.arraycopy(bytes, start, bytes, start + head, length);
        size = start;
        unsigned(length);
        size += length;
        tags = outer;
        return this;
    }

    /**
     * A field of a record. A record is the last thing in its value, section or field.
     *
     * @param tag its number in this record, from 1 to {@value #MAX_TAG}; never used for anything else again
     * @param content writes it
     * @return this
     */
    public PackWriter field(int tag, Consumer<PackWriter> content) {
        if (tag < 1 || tag > MAX_TAG || has(tag)) {
            throw new IllegalArgumentException("a field cannot have the tag " + tag + " here");
        }
        octet(tag);
        section(content);
        tags |= 1L << tag;
        return this;
    }

    /**
     * A field of a record that may be missing.
     *
     * @param tag its number, as in {@link #field(int, Consumer)}
     * @param value the value; null: the field is left out
     * @param content writes it, for instance {@code PackWriter::text}
     * @param <T> its type
     * @return this
     */
    public <T> PackWriter field(int tag, @Nullable T value, BiConsumer<PackWriter, ? super T> content) {
        return value == null ? this : field(tag, out -> content.accept(out, value));
    }

    /**
     * The fields that a reader of this record did not know, after all others. One that was set anew in the meantime is left out.
     *
     * @param fields what {@link PackReader#fields} returned
     * @return this
     */
    public PackWriter keep(KeptFields fields) {
        fields.contents().forEach((tag, content) -> {
            if (!has(tag)) {
                ByteBuffer from = content.duplicate();
                byte[] kept = new byte[from.remaining()];
                from.get(kept);
                octet(tag);
                bytes(kept);
                tags |= 1L << tag;
            }
        });
        return this;
    }

    private boolean has(int tag) {
        return (tags & 1L << tag) != 0;
    }

    void octet(int value) {
        int at = grow(1);
        bytes[at] = (byte) value;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** Seven bits a byte, the lowest first; the eighth says that there are more. */
    private void unsigned(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            octet((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        octet((int) rest);
    }

    private static int unsignedBytes(long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
    }

    /** Makes room for so many bytes and returns where they go. */
    private int grow(long more) {
        if (more > maxBytes - size) {
            throw new ValueTooLargeException(name, maxBytes);
        }
        int at = size;
        size += (int) more;
        if (size > bytes.length) {
            long twice = (long) bytes.length * 2;
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(size, twice)));
        }
        return at;
    }
}
