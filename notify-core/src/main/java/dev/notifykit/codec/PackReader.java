package dev.notifykit.codec;

import dev.notifykit.codec.CorruptValueException.Reason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value, piece by piece, in the order in which {@link PackWriter} wrote them. It trusts nothing: a length is compared
 * with the bytes that are there before anything is allocated for it. It is handed out by {@link PackFormat#unpack} and must not
 * be kept. Every method throws {@link CorruptValueException}. Not thread-safe.
 */
public final class PackReader {

    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private final PackFormat format;
    private final byte[] bytes;
    private final int version;
    private final int end;
    private int at;

    PackReader(PackFormat format, byte[] bytes, int version, int start, int end) {
        this.format = format;
        this.bytes = bytes;
        this.version = version;
        this.at = start;
        this.end = end;
    }

    /** Reads one field of a record. */
    @FunctionalInterface
    public interface FieldReader {

        /**
         * Reads a field, whole.
         *
         * @param tag its number
         * @param field its content and nothing more
         * @return whether it was read; false: it is not known here, and kept
         */
        boolean read(int tag, PackReader field);
    }

    /**
     * The version in which the value was written.
     *
     * @return from 1 to the format's own
     */
    public int version() {
        return version;
    }

    /**
     * Yes or no.
     *
     * @return the value
     */
    public boolean flag() {
        int value = octet();
        if (value > 1) {
            throw invalid("neither yes nor no");
        }
        return value == 1;
    }

    /**
     * A whole number.
     *
     * @return the number
     */
    public long number() {
        long zigzag = unsigned();
        return zigzag >>> 1 ^ -(zigzag & 1);
    }

    /**
     * A whole number that an {@code int} can hold.
     *
     * @return the number
     */
    public int integer() {
        long value = number();
        if ((int) value != value) {
            throw invalid("a number out of range");
        }
        return (int) value;
    }

    /**
     * How many elements follow.
     *
     * @return at most as many as there are bytes left
     */
    public int size() {
        return lengthOf(unsigned());
    }

    /**
     * A place, or another number that is not negative.
     *
     * @return the number
     */
    public int index() {
        long value = unsigned();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw invalid("a number out of range");
        }
        return (int) value;
    }

    /**
     * An element of a list that was read before.
     *
     * @param list the list
     * @param <T> its elements' type
     * @return the element
     */
    public <T> T element(List<T> list) {
        int index = index();
        if (index >= list.size()) {
            throw invalid("a place outside of its list");
        }
        return list.get(index);
    }

    /**
     * A number with a fraction.
     *
     * @return the number
     */
    public double decimal() {
        long bits = 0;
        for (int i = 0; i < Double.BYTES; i++) {
            bits = bits << Byte.SIZE | octet();
        }
        return Double.longBitsToDouble(bits);
    }

    /**
     * A text.
     *
     * @return the text, char for char
     */
    public String text() {
        long head = unsigned();
        TextForm form = TextForm.of(head);
        long count = head >>> TextForm.BITS;
        // A char takes half a byte at least; what claims more is not even multiplied.
        int length = lengthOf(count > 2L * bytes.length ? count : form.bytes(count));
        String value = form.read(format, bytes, at, (int) count);
        at += length;
        return value;
    }

    /**
     * Texts in their order.
     *
     * @return an unmodifiable list
     */
    public List<String> texts() {
        int size = size();
        List<String> values = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            values.add(text());
        }
        return List.copyOf(values);
    }

    /**
     * Names and values, in the order in which they were written.
     *
     * @return a new map
     */
    public Map<String, String> textMap() {
        int size = size();
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            if (values.put(text(), text()) != null) {
                throw invalid("a name that is there twice");
            }
        }
        return values;
    }

    /**
     * Bytes.
     *
     * @return a new array
     */
    public byte[] bytes() {
        int length = size();
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }

    /**
     * An instant.
     *
     * @return the instant
     */
    public Instant instant() {
        return Instant.ofEpochSecond(number(), nanos());
    }

    /**
     * A duration.
     *
     * @return the duration
     */
    public Duration duration() {
        return Duration.ofSeconds(number(), nanos());
    }

    private long nanos() {
        long fraction = unsigned();
        long nanos = fraction >>> 1;
        boolean millis = (fraction & 1) == 0;
        if (nanos >= (millis ? NANOS_PER_SECOND / NANOS_PER_MILLI : NANOS_PER_SECOND)) {
            throw invalid("a fraction of more than a second");
        }
        return millis ? nanos * NANOS_PER_MILLI : nanos;
    }

    /**
     * A constant.
     *
     * @param codes the codes
     * @param <E> the enum
     * @return the constant; a code that is not known is {@link Reason#NEWER}
     */
    public <E extends Enum<E>> E code(EnumCodes<E> codes) {
        int code = octet();
        E constant = codes.constant(code);
        if (constant == null) {
            throw unknownCode(code);
        }
        return constant;
    }

    /**
     * Which of several forms follows.
     *
     * @return the form's number; for one that is not known throw {@link #unknownCode}
     */
    public int code() {
        return octet();
    }

    /**
     * Something or nothing.
     *
     * @param content reads it
     * @param <T> its type
     * @return the value; null: nothing
     */
    public <T> @Nullable T optional(Function<PackReader, T> content) {
        return flag() ? content.apply(this) : null;
    }

    /**
     * Something whose length stands before it.
     *
     * @param content reads it, whole
     * @param <T> its type
     * @return the value
     */
    public <T> T section(Function<PackReader, T> content) {
        PackReader inner = inner();
        T value = content.apply(inner);
        inner.finish();
        return value;
    }

    /**
     * A record: all the fields that are left.
     *
     * @param reader reads those that it knows
     * @return those that it does not know
     */
    public KeptFields fields(FieldReader reader) {
        if (at == end) {
            return KeptFields.NONE;
        }
        Map<Integer, ByteBuffer> kept = new TreeMap<>();
        long seen = 0;
        while (at < end) {
            int tag = octet();
            if (tag < 1 || tag > PackWriter.MAX_TAG || (seen & 1L << tag) != 0) {
                throw invalid("a field that is there twice, or has no tag");
            }
            seen |= 1L << tag;
            PackReader field = inner();
            int start = field.at;
            if (reader.read(tag, field)) {
                field.finish();
            } else {
                kept.put(tag, ByteBuffer.wrap(Arrays.copyOfRange(bytes, start, field.end)));
            }
        }
        return KeptFields.of(kept);
    }

    /**
     * What a format's own reader throws when a value holds what it cannot hold.
     *
     * @param problem what is wrong, without what the value holds
     * @return the exception
     */
    public CorruptValueException invalid(String problem) {
        return format.corrupt(Reason.INVALID, "it holds " + problem);
    }

    /**
     * What a format's own reader throws when it meets a code that a newer build must have written.
     *
     * @param code the code
     * @return the exception
     */
    public CorruptValueException unknownCode(int code) {
        return format.corrupt(Reason.NEWER, "it holds the code " + code + ", which this build does not know");
    }

    void finish() {
        if (at < end) {
            throw format.corrupt(Reason.TRAILING, "it goes on after its end");
        }
    }

    private PackReader inner() {
        int length = size();
        PackReader inner = new PackReader(format, bytes, version, at, at + length);
        at += length;
        return inner;
    }

    private int lengthOf(long claimed) {
        if (claimed < 0 || claimed > end - at) {
            throw truncated();
        }
        return (int) claimed;
    }

    private int octet() {
        if (at >= end) {
            throw truncated();
        }
        return bytes[at++] & 0xFF;
    }

    private long unsigned() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int octet = octet();
            value |= (long) (octet & 0x7F) << shift;
            if (octet < 0x80) {
                return value;
            }
        }
        throw invalid("a number without an end");
    }

    private CorruptValueException truncated() {
        return format.corrupt(Reason.TRUNCATED, "it ends too early");
    }
}
