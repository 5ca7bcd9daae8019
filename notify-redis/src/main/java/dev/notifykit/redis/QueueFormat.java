package dev.notifykit.redis;

import dev.notifykit.codec.CorruptValueException;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.message.Message;
import dev.notifykit.message.MessageCodec;
import dev.notifykit.push.Digest;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Urgency;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.QueueCodec;
import dev.notifykit.redis.SubmitCall.PackedDelivery;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How the queue's entries lie in Redis: a head that scripts read, as {@code queue_rules.lua} says, and what the codecs pack, which they do not. Thread-safe.
 */
final class QueueFormat {

    /** Of what a script hands over, the least that a head takes. */
    static final int MESSAGE_HEAD = 7;

    static final int DELIVERY_HEAD = 25;

    /** Deliveries of a message, lanes of a script: their numbers have four digits. No user has so many devices. */
    private static final int MOST_OF_A_KIND = 9_999;

    private static final byte VERSION = 1;
    private static final byte HIGHEST_VERSION = 31;
    private static final byte SEVERAL_TARGETS = 1;
    private static final int TTL_BYTES = 6;
    private static final int ID_BYTES = 16;

    /** Hosts have some; should names be made up, forgetting them all costs a hash each. */
    private static final int MAX_LANE_NAMES = 1_000;

    private final MessageCodec messages = new MessageCodec(OptionsFormats.installed());
    private final QueueCodec deliveries = new QueueCodec(OptionsFormats.installed());
    private final Map<LaneKey, String> laneNames = new ConcurrentHashMap<>();

    /** A stream of deliveries, as it is called after {@code q:}; a digest, since apps may be called anything. */
    String lane(LaneKey lane, Urgency urgency) {
        String name = laneNames.get(lane);
        if (name == null) {
            if (laneNames.size() >= MAX_LANE_NAMES) {
                laneNames.clear();
            }
            // NUL cannot occur in the names.
            String digest = Digest.of(lane.app() + "\0" + lane.provider() + "\0" + lane.environment());
            name = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(HexFormat.of().parseHex(digest));
            laneNames.put(lane, name);
        }
        return name + (urgency == Urgency.URGENT ? ":u" : ":b");
    }

    String lane(Delivery delivery) {
        return lane(delivery.lane(), delivery.request().urgency());
    }

    /** Owner, content and version of a claim, as the scripts know it. */
    static String claim(MessageId message, DedupKey key) {
        return ClaimOwner.of(message).value() + " " + key.contentHash() + " " + DedupCall.version(key.version());
    }

    /** What a script needs to end a target's claim; nothing where there is none. */
    static String claim(Delivery delivery) {
        DedupKey key = delivery.key();
        return key == null
                ? ""
                : Digest.of(key.id()) + delivery.request().target().digest() + claim(delivery.message(), key);
    }

    static byte[] id(RequestId id) {
        return ByteBuffer.allocate(ID_BYTES)
                .putLong(id.value().getMostSignificantBits())
                .putLong(id.value().getLeastSignificantBits())
                .array();
    }

    byte[] pack(Message message, Duration ttl) {
        byte[] packed = messages.pack(message);
        return putTtl(ByteBuffer.allocate(MESSAGE_HEAD + packed.length).put(VERSION), ttl)
                .put(packed)
                .array();
    }

    /** One that was not started. */
    byte[] pack(Delivery delivery, boolean severalTargets, Duration ttl) {
        byte[] packed = deliveries.pack(delivery);
        ByteBuffer bytes = ByteBuffer.allocate(DELIVERY_HEAD + packed.length)
                .put(VERSION)
                .put(id(delivery.id()))
                .put((byte) 0)
                .put(severalTargets ? SEVERAL_TARGETS : 0);
        return putTtl(bytes, ttl).put(packed).array();
    }

    List<PackedDelivery> packAll(List<Delivery> all, Duration ttl) {
        if (all.size() > MOST_OF_A_KIND) {
            throw new IllegalArgumentException(
                    "a message has at most " + MOST_OF_A_KIND + " deliveries, this one " + all.size());
        }
        boolean several = all.size() > 1;
        return all.stream()
                .map(delivery -> new PackedDelivery(
                        lane(delivery), delivery.request().target().digest(), pack(delivery, several, ttl)))
                .toList();
    }

    /** A delivery as scripts take it: which of their lanes, its target, itself. */
    static void add(ScriptArgs args, PackedDelivery delivery, Map<String, Integer> lanes) {
        args.add(digits(lanes.getOrDefault(delivery.lane(), 0)) + delivery.target())
                .add(delivery.content());
    }

    /** Four of them. */
    static String digits(int count) {
        return Integer.toString(MOST_OF_A_KIND + 1 + count).substring(1);
    }

    /** Without a head: the script makes it of the one that was there. */
    byte[] pack(Delivery delivery) {
        return deliveries.pack(delivery);
    }

    /** Without a head, as above: the length of the letter's own part, that part, the delivery. */
    byte[] pack(DeadLetter letter, @Nullable Delivery delivery) {
        byte[] own = QueueCodec.pack(letter);
        byte[] packed = delivery == null ? new byte[0] : deliveries.pack(delivery);
        return ByteBuffer.allocate(Integer.BYTES + own.length + packed.length)
                .putInt(own.length)
                .put(own)
                .put(packed)
                .array();
    }

    /**
     * Reads a message.
     *
     * @throws CorruptValueException when it is none
     */
    Message message(byte[] content) {
        return messages.unpack(tail(content, MESSAGE_HEAD));
    }

    /** Whether it is this one, and can be read. */
    boolean isMessage(byte[] content, MessageId id) {
        try {
            return isMessage(content) && message(content).id().equals(id);
        } catch (CorruptValueException e) {
            return false; // whoever fetches it makes a letter of it
        }
    }

    static Duration messageTtl(byte[] content) {
        return ttl(content, 1);
    }

    /**
     * Reads a delivery.
     *
     * @throws CorruptValueException when it is none
     */
    Delivery delivery(byte[] content) {
        return deliveries.unpackDelivery(tail(content, DELIVERY_HEAD));
    }

    /** Whether a head is one that this build reads. */
    static boolean isOurs(byte[] content) {
        return content.length > 0 && content[0] == VERSION;
    }

    /** Whether a message's head is one that this build reads. */
    static boolean isMessage(byte[] content) {
        return content.length >= MESSAGE_HEAD && isOurs(content);
    }

    /** Whether a newer build has written this head. */
    static boolean isNewer(byte[] content, int at) {
        return content.length > at && content[at] > VERSION && content[at] <= HIGHEST_VERSION;
    }

    Delivery packedDelivery(byte[] packed) {
        return deliveries.unpackDelivery(packed);
    }

    private static ByteBuffer putTtl(ByteBuffer bytes, Duration ttl) {
        long millis = ScriptArgs.millis(ttl);
        return bytes.putShort((short) (millis >>> Integer.SIZE)).putInt((int) millis);
    }

    private static Duration ttl(byte[] content, int at) {
        long millis = 0;
        for (int i = at; i < at + TTL_BYTES; i++) {
            millis = (millis << Byte.SIZE) | (content[i] & 0xFF);
        }
        return Duration.ofMillis(millis);
    }

    private static byte[] tail(byte[] content, int from) {
        return Arrays.copyOfRange(content, Math.min(from, content.length), content.length);
    }
}
