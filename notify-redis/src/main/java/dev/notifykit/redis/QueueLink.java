package dev.notifykit.redis;

import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.PartitionLostException;
import dev.notifykit.queue.QueueUnavailableException;
import java.util.List;
import java.util.Objects;

/** Runs the scripts of the queue, and says in its own exceptions what went wrong. Thread-safe; calls block for a round trip. */
final class QueueLink {

    private final ScriptRunner link;

    QueueLink(ScriptRunner link) {
        this.link = link;
    }

    /** Runs a script on a partition, or on what has no partition. */
    ScriptAnswer ask(Script script, byte[] key, ScriptArgs args) {
        try {
            return read(link.run(new ScriptCall(script, List.of(key), args.list())));
        } catch (RedisFailure failure) {
            throw unavailable(failure);
        }
    }

    /**
     * Runs a script that looks at the fence.
     *
     * @throws PartitionLostException when it is not the newest
     */
    ScriptAnswer ask(PartitionLease lease, Script script, byte[] key, ScriptArgs args) {
        ScriptAnswer answer = ask(script, key, args);
        if (answer.is("FENCED")) {
            throw new PartitionLostException(lease);
        }
        return answer;
    }

    /** Runs a script on many partitions, in one round trip to each node. */
    List<ScriptAnswer> askAll(Script script, List<byte[]> keys, ScriptArgs args) {
        try {
            return link
                    .runAll(keys.stream()
                            .map(key -> new ScriptCall(script, List.of(key), args.list()))
                            .toList())
                    .stream()
                    .map(QueueLink::read)
                    .toList();
        } catch (RedisFailure failure) {
            throw unavailable(failure);
        }
    }

    /** What a script of the queue has answered. */
    static ScriptAnswer read(Object raw) {
        if (raw instanceof RedisFailure failure) {
            throw failure;
        }
        ScriptAnswer answer = ScriptAnswer.of(raw);
        return switch (answer.word()) {
            case "!DAMAGED" ->
                throw new RedisFailure(RedisFailure.Kind.DAMAGED, "no partition of a queue, or not a whole one");
            case "!FORMAT" ->
                throw new RedisFailure(
                        RedisFailure.Kind.DAMAGED, "a queue of a newer build, which this one cannot work on");
            default -> answer;
        };
    }

    static QueueUnavailableException unavailable(RedisFailure failure) {
        return new QueueUnavailableException("the queue: " + Objects.requireNonNull(failure.getMessage()), failure);
    }
}
