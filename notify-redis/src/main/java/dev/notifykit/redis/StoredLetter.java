package dev.notifykit.redis;

import dev.notifykit.codec.CorruptValueException;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetter.Why;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.QueueCodec;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a dead letter as it lies in Redis: version, flags, time to live (6 bytes), the length of its own part (4), that part, the packed delivery, or the
 * bytes of what could not be read.
 */
final class StoredLetter {

    private static final int LENGTH_AT = 8;
    private static final int HEAD = LENGTH_AT + Integer.BYTES;

    private StoredLetter() {}

    /** The letter; of one that cannot be read, that it is there. */
    static DeadLetter read(DeadLetter.Id id, byte[] stored, QueueFormat format) {
        try {
            int length = stored.length < HEAD || !QueueFormat.isOurs(stored)
                    ? -1
                    : ByteBuffer.wrap(stored).getInt(LENGTH_AT);
            if (length < 0 || length > stored.length - HEAD) {
                return unreadable(
                        id,
                        QueueFormat.isNewer(stored, 0)
                                ? "a newer build has written it"
                                : "it is not ours, or not whole");
            }
            DeadLetter letter = QueueCodec.unpackLetter(Arrays.copyOfRange(stored, HEAD, HEAD + length), id, null);
            return letter.why() == Why.CORRUPT ? letter : with(letter, delivery(stored, HEAD + length, format));
        } catch (CorruptValueException e) {
            return unreadable(id, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Delivery delivery(byte[] stored, int from, QueueFormat format) {
        return from == stored.length ? null : format.packedDelivery(Arrays.copyOfRange(stored, from, stored.length));
    }

    private static DeadLetter with(DeadLetter letter, @Nullable Delivery delivery) {
        return new DeadLetter(letter.id(), letter.why(), delivery, letter.lastReason(), letter.attempts(), letter.at());
    }

    private static DeadLetter unreadable(DeadLetter.Id id, String problem) {
        return new DeadLetter(id, Why.CORRUPT, null, problem, 0, Instant.EPOCH);
    }
}
