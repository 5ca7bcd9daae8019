package dev.notifykit.redis;

import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.Reservation;
import dev.notifykit.redis.RedisKeys.PartitionedKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;

/** One call about a device's places, as {@code cap.lua} takes and answers it. Thread-safe. */
final class CapCall extends BatchCall<Boolean> {

    private CapCall(PartitionedKey key, byte[] text, long deadline) {
        super(key, text, deadline);
    }

    static CapCall reserve(PartitionedKey at, Reservation place, DeviceCap cap, long deadline) {
        // Rounded up: nothing ends before it was said to.
        long millis = cap.window().plusNanos(999_999).toMillis();
        return new CapCall(at, text(String.format(Locale.ROOT, "R%04d%013d", cap.most(), millis), place), deadline);
    }

    static CapCall refund(PartitionedKey at, Reservation place, long deadline) {
        return new CapCall(at, text("F", place), deadline);
    }

    private static byte[] text(String head, Reservation place) {
        UUID request = place.request().value();
        byte[] names = ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(request.getMostSignificantBits())
                .putLong(request.getLeastSignificantBits())
                .putLong(place.mark())
                .array();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        text.writeBytes(names);
        return text.toByteArray();
    }

    @Override
    Boolean read(String verdict) {
        return switch (verdict) {
            case "1" -> true;
            case "0" -> false;
            case "!WRONGTYPE" ->
                throw new RedisFailure(RedisFailure.Kind.DAMAGED, "the place of this device is taken by another type");
            case "!DAMAGED" ->
                throw new RedisFailure(
                        RedisFailure.Kind.DAMAGED, "no entry about what a device got, or not a whole one");
            case "!FORMAT" ->
                throw new RedisFailure(
                        RedisFailure.Kind.DAMAGED, "an entry of a newer build, which this one cannot read");
            default -> throw new RedisFailure(RedisFailure.Kind.ERROR, "a verdict that cap.lua does not give");
        };
    }
}
