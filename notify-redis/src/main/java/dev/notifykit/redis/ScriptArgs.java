package dev.notifykit.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The arguments of a script, in their order. Not thread-safe. */
final class ScriptArgs {

    /** Beyond any deployment's life, and far from where the numbers of scripts end. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final int COMPACT = 36;

    private final List<byte[]> args = new ArrayList<>();

    /** A name for a call that nobody else makes: when it is repeated, the script knows it again. */
    static String nonce() {
        UUID random = UUID.randomUUID();
        return Long.toUnsignedString(random.getMostSignificantBits(), COMPACT)
                + Long.toUnsignedString(random.getLeastSignificantBits(), COMPACT);
    }

    ScriptArgs add(byte[] value) {
        args.add(value);
        return this;
    }

    ScriptArgs add(String value) {
        return add(value.getBytes(StandardCharsets.UTF_8));
    }

    ScriptArgs add(long value) {
        return add(Long.toString(value));
    }

    ScriptArgs add(boolean value) {
        return add(value ? "1" : "0");
    }

    /** What may be missing: a plus and the text, or nothing. */
    ScriptArgs addOptional(@Nullable String value) {
        return add(value == null ? "" : "+" + value);
    }

    /** In milliseconds, rounded up: what is positive stays positive, and nothing ends before it was said to. */
    ScriptArgs add(Duration value) {
        return add(millis(value));
    }

    static long millis(Duration value) {
        Duration bounded = value.compareTo(LONGEST) > 0 ? LONGEST : value;
        return bounded.plusNanos(999_999).toMillis();
    }

    List<byte[]> list() {
        return args;
    }
}
