package dev.notifykit.result;

import dev.notifykit.push.MessageId;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message in the end: it was stopped as a whole, or each of its targets has a result. Immutable.
 *
 * @param id the message
 * @param stopped why it reached nobody; null when it went to its targets
 * @param targets one per target; empty when it was stopped
 */
public record MessageResult(MessageId id, @Nullable SendResult stopped, List<TargetResult> targets) {

    /**
     * What became of it at one target.
     *
     * @param target where
     * @param request the request's id
     * @param result how it ended
     */
    public record TargetResult(Target target, RequestId request, SendResult result) {}

    /** Checks that it is one of both. */
    public MessageResult {
        Objects.requireNonNull(id, "id");
        targets = List.copyOf(targets);
        if ((stopped == null) == targets.isEmpty()) {
            throw new IllegalArgumentException("a message is stopped, or has a result for each of its targets");
        }
    }

    /**
     * A message that reached nobody.
     *
     * @param id the message
     * @param why what stopped it
     * @return the result
     */
    public static MessageResult stopped(MessageId id, SendResult why) {
        return new MessageResult(id, why, List.of());
    }

    /**
     * All results, of the message or of its targets.
     *
     * @return at least one
     */
    public List<SendResult> results() {
        return stopped != null
                ? List.of(stopped)
                : targets.stream().map(TargetResult::result).toList();
    }

    /**
     * Whether every target's provider took it.
     *
     * @return false when it was stopped
     */
    public boolean accepted() {
        return results().stream().allMatch(result -> result instanceof SendResult.Accepted);
    }
}
