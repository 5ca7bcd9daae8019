package dev.notifykit.redis;

import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.result.SendResult;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code shard_look.lua} says of a shard. Immutable.
 *
 * @param end how it ended; null: not yet
 * @param endReason why it failed; null otherwise
 * @param free whether anybody may take it
 * @param recipients rows of all pages that were opened
 * @param open unmarked rows
 * @param parked parked rows
 * @param readToEnd whether its last page was opened
 * @param possibleDuplicates the bound on duplicates
 * @param results rows with a result
 */
record ShardLook(
        @Nullable ShardEnd end,
        @Nullable String endReason,
        boolean free,
        long recipients,
        long open,
        long parked,
        boolean readToEnd,
        long possibleDuplicates,
        Map<SendResult.Kind, Long> results) {

    private static final ShardLook FRESH = new ShardLook(null, null, true, 0, 0, 0, false, 0, Map.of());
    private static final int FIRST_RESULT = 9;

    /** Copies the counts. */
    ShardLook {
        results = Map.copyOf(results);
    }

    /**
     * Reads an answer.
     *
     * @throws RedisFailure when it makes no sense
     */
    static ShardLook of(ScriptAnswer answer) {
        if (answer.is("FRESH")) {
            return FRESH;
        }
        String reason = answer.text(2);
        return new ShardLook(
                end(answer.text(1)),
                reason.isEmpty() ? null : reason.substring(1),
                answer.flag(3),
                answer.number(4),
                answer.number(5),
                answer.number(6),
                answer.flag(7),
                answer.number(8),
                results(answer));
    }

    static String code(ShardEnd end) {
        return switch (end) {
            case COMPLETED -> "C";
            case CANCELLED -> "X";
            case FAILED -> "F";
        };
    }

    private static @Nullable ShardEnd end(String code) {
        return switch (code) {
            case "" -> null;
            case "C" -> ShardEnd.COMPLETED;
            case "X" -> ShardEnd.CANCELLED;
            case "F" -> ShardEnd.FAILED;
            default -> throw new RedisFailure(RedisFailure.Kind.DAMAGED, "an end that this build does not know");
        };
    }

    private static Map<SendResult.Kind, Long> results(ScriptAnswer answer) {
        Map<SendResult.Kind, Long> results = new EnumMap<>(SendResult.Kind.class);
        for (int i = FIRST_RESULT; i + 1 < answer.size(); i += 2) {
            results.put(PageMarks.kind(answer.integer(i)), answer.number(i + 1));
        }
        return results;
    }
}
