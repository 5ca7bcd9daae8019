package dev.notifykit.redis;

import dev.notifykit.push.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a topic; {@code topic_rules.lua} says how. Its version was looked at by the script.
 *
 * @param generation hexadecimal; a topic that is created again has another, and other members
 */
record TopicEntry(
        TopicName name, String generation, @Nullable Instant endsAt) {

    private static final int HEAD = 16;

    /** What a value says, null for an empty one. */
    static @Nullable TopicEntry read(byte[] value) {
        if (value.length == 0) {
            return null;
        }
        try {
            long ends = TokenEntry.number(value, 10);
            return new TopicEntry(
                    TopicName.of(new String(value, HEAD, value.length - HEAD, StandardCharsets.US_ASCII)),
                    HexFormat.of().formatHex(value, 2, 10),
                    ends == 0 ? null : Instant.ofEpochMilli(ends));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, "a topic that has no name");
        }
    }

    String digest() {
        return name.digest();
    }
}
