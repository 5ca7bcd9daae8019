package dev.notifykit.redis;

import dev.notifykit.codec.CorruptValueException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * An entry of the queue that this build cannot read.
 *
 * @param place where it lies: a lane, {@code in}, {@code z}, {@code y}
 * @param id its id there; empty: the place itself cannot be read
 * @param newer whether it is not damaged, but of a newer build
 * @param problem what is wrong, without contents
 */
@SuppressWarnings("ArrayRecordComponent") // handed back to the script as it came, never compared
record UnreadEntry(String place, byte[] id, boolean newer, String problem) {

    private static final String DELIVERIES_LATER = "z";
    private static final String MESSAGES_LATER = "y";
    private static final int LANE_NAME = 24;

    /** As a script has found it. */
    static UnreadEntry ofScript(String place, byte[] id, byte[] content) {
        int head = place.equals(DELIVERIES_LATER) ? LANE_NAME : 0;
        boolean newer = id.length > 0 && QueueFormat.isNewer(content, head);
        return new UnreadEntry(
                place, id, newer, newer ? "a newer build has written it" : "it is not ours, or not whole");
    }

    /** As a codec has found it. */
    static UnreadEntry ofCodec(String place, String entry, byte[] content, CorruptValueException failure) {
        return new UnreadEntry(
                place,
                entry.getBytes(StandardCharsets.US_ASCII),
                failure.reason() == CorruptValueException.Reason.NEWER,
                String.valueOf(failure.getMessage()));
    }

    boolean isWholePlace() {
        return id.length == 0;
    }

    /** What its letter is called. */
    String letterId(int partition) {
        boolean binary = place.equals(DELIVERIES_LATER) || place.equals(MESSAGES_LATER);
        String name = binary ? HexFormat.of().formatHex(id) : new String(id, StandardCharsets.US_ASCII);
        return "unread-" + partition + "-" + place + "-" + name;
    }

    @Override
    public String toString() {
        return "an entry of " + place;
    }
}
