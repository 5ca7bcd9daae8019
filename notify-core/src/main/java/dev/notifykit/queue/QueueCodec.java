package dev.notifykit.queue;

import dev.notifykit.codec.EnumCodes;
import dev.notifykit.codec.PackFormat;
import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import dev.notifykit.dedup.DedupCodec;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.message.MessageCodec;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.push.PushCodec;
import dev.notifykit.push.PushRequest;
import dev.notifykit.queue.DeadLetter.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Packs what a {@link WorkQueue} keeps besides messages, for which there is {@link MessageCodec}. For writers of stores; immutable, used by many
 * threads.
 *
 * <p>What is unpacked equals what was packed. What a newer build notes of a request, which is handed from owner to owner, is kept and packed again; what
 * it notes of the delivery around it, or of a letter, is noted anew each time, and skipped. Errors as at {@link dev.notifykit.fanout.FanOutCodec}.
 */
public final class QueueCodec {

    /** A message's most, and some room for a target, so that what could be submitted can be delivered. */
    public static final int MAX_DELIVERY_BYTES = MessageCodec.MAX_BYTES + (64 << 10);

    private static final int MAX_LETTER_BYTES = 64 << 10;

    private static final PackFormat DELIVERY = new PackFormat("delivery", 'Q', 1, MAX_DELIVERY_BYTES);
    private static final PackFormat LETTER = new PackFormat("dead letter", 'L', 1, MAX_LETTER_BYTES);

    private static final EnumCodes<Why> WHYS =
            EnumCodes.of(Why.class, Map.of(Why.ATTEMPTS, 1, Why.DEADLINE, 2, Why.POISON, 3, Why.CORRUPT, 4));

    private static final int NO_KEY = 0;
    private static final int OWN_KEY = 1;
    private static final int KEY_OF_ITS_MESSAGE = 2;

    private final PushCodec push;

    /**
     * A codec.
     *
     * @param formats how providers' options are packed; usually {@link OptionsFormats#installed()}
     */
    public QueueCodec(OptionsFormats formats) {
        push = new PushCodec(formats);
    }

    /**
     * Packs a delivery.
     *
     * @param delivery the delivery
     * @return its bytes
     */
    public byte[] pack(Delivery delivery) {
        return DELIVERY.pack(out -> {
            out.text(delivery.message().value());
            writeKey(out, delivery.message(), delivery.key());
            out.section(section -> push.write(section, delivery.request()))
                    .number(delivery.attempts())
                    .flag(delivery.unknown())
                    .duration(delivery.spent());
        });
    }

    /**
     * Unpacks a delivery.
     *
     * @param bytes its bytes
     * @return the delivery
     */
    public Delivery unpackDelivery(byte[] bytes) {
        return DELIVERY.unpack(bytes, in -> {
            MessageId message = MessageId.of(in.text());
            DedupKey key = readKey(in, message);
            PushRequest request = in.section(push::readRequest);
            int attempts = in.integer();
            boolean unknown = in.flag();
            Duration spent = in.duration();
            in.fields((tag, field) -> false);
            return new Delivery(message, key, request, attempts, unknown, spent);
        });
    }

    /** One that is made of the message's id would say it once more: a fifth of a usual delivery. */
    private static void writeKey(PackWriter out, MessageId message, @Nullable DedupKey key) {
        if (key == null) {
            out.flag(false);
        } else if (key.equals(Submission.keyOf(message))) {
            out.code(KEY_OF_ITS_MESSAGE);
        } else {
            DedupCodec.write(out.code(OWN_KEY), key);
        }
    }

    private static @Nullable DedupKey readKey(PackReader in, MessageId message) {
        int kind = in.code();
        return switch (kind) {
            case NO_KEY -> null;
            case OWN_KEY -> DedupCodec.readKey(in);
            case KEY_OF_ITS_MESSAGE -> Submission.keyOf(message);
            default -> throw in.unknownCode(kind);
        };
    }

    /**
     * Packs what a letter has of its own: neither its id nor its delivery, which lie beside it.
     *
     * @param letter the letter
     * @return its bytes
     */
    public static byte[] pack(DeadLetter letter) {
        return LETTER.pack(out -> out.code(WHYS, letter.why())
                .optional(letter.lastReason(), PackWriter::text)
                .number(letter.attempts())
                .instant(letter.at()));
    }

    /**
     * Unpacks a letter.
     *
     * @param bytes what it has of its own
     * @param id its id
     * @param delivery its delivery; null when it could not be read
     * @return the letter
     */
    public static DeadLetter unpackLetter(byte[] bytes, DeadLetter.Id id, @Nullable Delivery delivery) {
        return LETTER.unpack(bytes, in -> {
            Why why = in.code(WHYS);
            String lastReason = in.optional(PackReader::text);
            int attempts = in.integer();
            Instant at = in.instant();
            in.fields((tag, field) -> false);
            return new DeadLetter(id, why, delivery, lastReason, attempts, at);
        });
    }
}
