package dev.notifykit.internal.fanout;

import dev.notifykit.push.FanOutId;
import dev.notifykit.push.RequestId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The request id of a row: a hash of (fan-out, shard, key), so that every attempt and every heir gives it the same one. Not
 * thread-safe.
 */
final class RequestIds {

    private static final long VERSION_MASK = 0xF000L;
    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT_MASK = 0x3FFFFFFFFFFFFFFFL;
    private static final long VARIANT = 0x8000000000000000L;

    private final MessageDigest sha256;
    private final byte[] prefix;

    RequestIds(FanOutId fanOut, int shard) {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        // NUL cannot occur in an id, so no two (fan-out, shard, key) give the same bytes.
        prefix = (fanOut.value() + '\0' + shard + '\0').getBytes(StandardCharsets.UTF_8);
    }

    /** Of the hash, 122 bits; the rest says "UUID made by its own rule" (RFC 9562, version 8). */
    RequestId of(String key) {
        sha256.update(prefix);
        ByteBuffer hash = ByteBuffer.wrap(sha256.digest(key.getBytes(StandardCharsets.UTF_8)));
        long high = (hash.getLong() & ~VERSION_MASK) | VERSION_8;
        long low = (hash.getLong() & VARIANT_MASK) | VARIANT;
        return new RequestId(new UUID(high, low));
    }
}
