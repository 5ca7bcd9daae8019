package dev.notifykit.redis;

import dev.notifykit.codec.CorruptValueException;
import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceCodec;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What is kept under a registered token; {@code device_rules.lua} says how. Digests and marks are hexadecimal.
 *
 * @param wrote when it was registered last, by Redis's clock
 */
record TokenEntry(String token, String user, String installation, String mark, long wrote, Device device) {

    private static final int HEAD = 28;
    private static final int NUMBER = 6;

    /** What a value says, null for an empty one. Its version was looked at by the script. */
    static @Nullable TokenEntry read(String token, byte[] value) {
        if (value.length == 0) {
            return null;
        }
        if (value.length < HEAD) {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, "an entry about a device that is not whole");
        }
        try {
            Device device = DeviceCodec.unpack(Arrays.copyOfRange(value, HEAD, value.length));
            return new TokenEntry(
                    token,
                    RedisKeys.digest(device.user()),
                    RedisKeys.digest(device.target().app(), device.installation()),
                    hex(value, 20, HEAD),
                    number(value, 14),
                    device.toBuilder()
                            .registeredAt(Instant.ofEpochMilli(number(value, 2)))
                            .lastSeen(Instant.ofEpochMilli(number(value, 8)))
                            .build());
        } catch (CorruptValueException e) {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, String.valueOf(e.getMessage()));
        }
    }

    /** Its place on the list of its bucket. */
    String listed() {
        return RedisKeys.listed(device.target().app(), token);
    }

    /** The same registration, though it may have been seen since. */
    boolean isSameAs(@Nullable TokenEntry other) {
        return other != null && mark.equals(other.mark);
    }

    static String hex(byte[] value, int from, int to) {
        return HexFormat.of().formatHex(value, from, to);
    }

    static long number(byte[] value, int from) {
        byte[] wide = new byte[Long.BYTES];
        System.arraycopy(value, from, wide, Long.BYTES - NUMBER, NUMBER);
        return ByteBuffer.wrap(wide).getLong();
    }

    @Override
    public String toString() {
        return "TokenEntry[" + device + "]";
    }
}
