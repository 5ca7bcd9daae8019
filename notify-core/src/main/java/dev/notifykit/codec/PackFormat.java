package dev.notifykit.codec;

import dev.notifykit.codec.CorruptValueException.Reason;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One kind of stored value. Its bytes are the version, the letter, and the content. Immutable.
 *
 * <p>How a format grows, while builds of several ages share a store:
 *
 * <ul>
 *   <li><b>What may be overlooked is a new field</b> ({@link PackWriter#field}), under a tag that was never used before, and the
 *       version stays. Builds that do not know it skip it, and hand it on as {@link KeptFields} where they pass the value on.
 *   <li><b>What must not be overlooked raises the version.</b> A reader of version n still reads those before it
 *       ({@link PackReader#version()}); a writer goes on writing the older one for a release, or wherever the value can do
 *       without the news. To a reader that is too old the value is {@link Reason#NEWER}, and so is an unknown
 *       {@link EnumCodes code}.
 * </ul>
 *
 * @param name what it is called in errors, such as {@code fan-out spec}
 * @param letter tells it from the library's other kinds; printable ASCII
 * @param version the newest version that this build reads, and the one that it writes; from 1 to {@value #MAX_VERSION}
 * @param maxBytes the most that a value may take, written or read
 */
public record PackFormat(String name, char letter, int version, int maxBytes) {

    /** Below every printable character, so that a text is never taken for a version. */
    public static final int MAX_VERSION = 31;

    private static final int HEAD = 2;

    /** Checks the parts. */
    public PackFormat {
        if (name.isBlank()
                || letter <= ' '
                || letter >= 127
                || version < 1
                || version > MAX_VERSION
                || maxBytes < HEAD) {
            throw new IllegalArgumentException("no format can have the letter " + (int) letter + ", the version "
                    + version + " and at most " + maxBytes + " bytes");
        }
    }

    /**
     * Packs a value.
     *
     * @param content writes it
     * @return its bytes
     * @throws ValueTooLargeException when there are too many
     */
    public byte[] pack(Consumer<PackWriter> content) {
        PackWriter out = new PackWriter(name, maxBytes);
        out.octet(version);
        out.octet(letter);
        content.accept(out);
        return out.toBytes();
    }

    /**
     * Unpacks a value, whoever has written the bytes. No more memory is taken than a small multiple of their number.
     *
     * @param bytes the bytes
     * @param content reads all that the value has written; whatever it throws means that the value is corrupt
     * @param <T> what is read
     * @return the value
     * @throws CorruptValueException when it is none
     */
    public <T> T unpack(byte[] bytes, Function<PackReader, T> content) {
        if (bytes.length > maxBytes) {
            throw corrupt(Reason.TOO_LARGE, "it has " + bytes.length + " bytes, at most " + maxBytes);
        }
        if (bytes.length < HEAD) {
            throw corrupt(Reason.TRUNCATED, "it has " + bytes.length + " bytes");
        }
        int written = bytes[0];
        if (bytes[1] != letter || written < 1 || written > MAX_VERSION) {
            throw corrupt(Reason.FOREIGN, "it begins like something else");
        }
        if (written > version) {
            throw corrupt(Reason.NEWER, "it has version " + written + ", this build reads up to " + version);
        }
        PackReader in = new PackReader(this, bytes, written, HEAD, bytes.length);
        try {
            T value = content.apply(in);
            in.finish();
            return value;
        } catch (CorruptValueException e) {
            throw e;
        } catch (RuntimeException e) {
            throw CorruptValueException.after(name, e);
        }
    }

    CorruptValueException corrupt(Reason reason, String problem) {
        return new CorruptValueException(name, reason, problem);
    }
}
