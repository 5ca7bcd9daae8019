package dev.notifykit.redis;

import dev.notifykit.fanout.ProgressStore.Command;
import org.jspecify.annotations.Nullable;

/**
 * What {@code fanout_look.lua} says of a fan-out. Immutable.
 *
 * @param generation which of the fan-outs that have had this id
 * @param shards how many
 * @param estimated the audience's estimate, if it has one
 * @param wanted what the host wants
 * @param waitingFor what it waits for; null: nothing
 * @param ended whether it is noted that all shards have ended
 */
record FanOutHead(
        String generation,
        int shards,
        @Nullable Long estimated,
        Command wanted,
        @Nullable String waitingFor,
        boolean ended) {

    /** How many parts of the answer are the head. */
    static final int PARTS = 7;

    /**
     * Reads an answer that is {@code OK}.
     *
     * @throws RedisFailure when it makes no sense
     */
    static FanOutHead of(ScriptAnswer answer) {
        String waiting = answer.text(5);
        return new FanOutHead(
                answer.text(1),
                answer.integer(2),
                answer.text(3).isEmpty() ? null : Long.valueOf(answer.number(3)),
                command(answer.text(4)),
                waiting.isEmpty() ? null : waiting.substring(1),
                answer.flag(6));
    }

    private static Command command(String name) {
        return switch (name) {
            case "", "RESUME" -> Command.RESUME;
            case "PAUSE" -> Command.PAUSE;
            case "CANCEL" -> Command.CANCEL;
            default -> throw new RedisFailure(RedisFailure.Kind.DAMAGED, "a command that this build does not know");
        };
    }
}
