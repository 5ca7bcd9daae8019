package dev.notifykit.apns;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast channel: one push to it updates the Live Activity of everybody who listens. {@link ApnsChannels} makes channels; what is sent to one
 * is a push like any other:
 *
 * <pre>{@code
 * ApnsChannel channel = …;
 * client.send(PushRequest.of(Target.apns("com.acme.app", channel.address()), update));
 * }</pre>
 *
 * <p>Immutable; {@link #toString()} does not show the id. A channel belongs to one app in one environment.
 *
 * @param id as Apple gave it out, in Base64
 * @param storage what becomes of a push for a device that cannot be reached
 */
public record ApnsChannel(String id, Storage storage) {

    /** What stands before a channel in an address; a device token is hexadecimal, and cannot begin so. */
    private static final String PREFIX = "channel:";

    /** Our own limit; Apple asks not to assume one. An address has at most 4,096 characters. */
    private static final int MAX_ID = 4_000;

    /** What becomes of a push for a device that cannot be reached. Chosen when the channel is made, for good. */
    public enum Storage {
        /** It is lost; for frequent updates, and Apple allows more of them. */
        NONE(0, "none"),
        /** The latest one is kept, for eight hours at most. */
        LATEST(1, "latest");

        private final int wire;
        private final String name;

        Storage(int wire, String name) {
            this.wire = wire;
            this.name = name;
        }

        /** As Apple's {@code message-storage-policy} says it. */
        int wire() {
            return wire;
        }
    }

    /**
     * Checks the id.
     *
     * @throws IllegalArgumentException when it is no Base64; the message does not show it
     */
    public ApnsChannel {
        Objects.requireNonNull(storage, "storage");
        if (!wellFormed(id)) {
            throw new IllegalArgumentException("a channel's id is Base64, 1 to " + MAX_ID + " characters");
        }
    }

    /**
     * The address of a target that is this channel.
     *
     * @return for {@link dev.notifykit.push.Target#apns(String, String)}
     */
    public String address() {
        return PREFIX + storage.name + ":" + id;
    }

    static boolean isChannel(String address) {
        return address.startsWith(PREFIX);
    }

    /** The channel that an address names; null when it is none. */
    static @Nullable ApnsChannel of(String address) {
        for (Storage storage : Storage.values()) {
            String prefix = PREFIX + storage.name + ":";
            if (address.startsWith(prefix) && wellFormed(address.substring(prefix.length()))) {
                return new ApnsChannel(address.substring(prefix.length()), storage);
            }
        }
        return null;
    }

    static boolean wellFormed(String id) {
        return !id.isEmpty() && id.length() <= MAX_ID && id.chars().allMatch(ApnsChannel::base64);
    }

    private static boolean base64(int c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c < 128 && "+/=-_".indexOf(c) >= 0);
    }

    @Override
    public String toString() {
        return "ApnsChannel[" + storage + "]";
    }
}
