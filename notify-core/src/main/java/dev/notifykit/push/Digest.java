package dev.notifykit.push;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A short name for a long or secret text: 128 bits of SHA-256, so that nobody can make two texts meet. For stores and providers. */
public final class Digest {

    private static final int BYTES = 16;

    private Digest() {}

    /**
     * The digest of a text.
     *
     * @param text any text
     * @return 32 hexadecimal digits, the same everywhere
     */
    public static String of(String text) {
        // Char by char: an encoding would make one and the same of all lone surrogates.
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * Character.BYTES);
        bytes.asCharBuffer().put(text);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.array());
            return HexFormat.of().formatHex(hash, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
