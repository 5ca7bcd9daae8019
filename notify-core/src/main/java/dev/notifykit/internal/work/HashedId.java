package dev.notifykit.internal.work;

import dev.notifykit.push.RequestId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Request ids that are the same wherever they are made. */
public final class HashedId {

    private static final long VERSION_MASK = 0xF000L;
    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT_MASK = 0x3FFFFFFFFFFFFFFFL;
    private static final long VARIANT = 0x8000000000000000L;

    private HashedId() {}

    /**
     * The hash that the ids are made with.
     *
     * @return a fresh digest
     */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Of the hash, 122 bits; the rest says "UUID made by its own rule" (RFC 9562, version 8), since APNs asks for the form of a UUID.
     *
     * @param hash at least 16 bytes
     * @return the id
     */
    public static RequestId of(byte[] hash) {
        ByteBuffer bits = ByteBuffer.wrap(hash);
        long high = (bits.getLong() & ~VERSION_MASK) | VERSION_8;
        long low = (bits.getLong() & VARIANT_MASK) | VARIANT;
        return new RequestId(new UUID(high, low));
    }
}
