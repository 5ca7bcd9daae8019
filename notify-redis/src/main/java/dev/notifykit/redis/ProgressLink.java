package dev.notifykit.redis;

import dev.notifykit.codec.CorruptValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the scripts of fan-outs, and says in two exceptions what went wrong: {@link ProgressUnavailableException} and
 * {@link ProgressCorruptException}. Thread-safe.
 */
final class ProgressLink {

    private final RedisLink link;

    ProgressLink(RedisLink link) {
        this.link = link;
    }

    /**
     * One of many questions.
     *
     * @param where what is asked about, for errors
     */
    record Question(String where, ScriptCall call) {}

    /**
     * The answer to one of many questions.
     *
     * @param value null when it failed
     * @param failure null when it did not
     */
    record Reply<T>(@Nullable T value, @Nullable RuntimeException failure) {

        boolean isCorrupt() {
            return failure instanceof ProgressCorruptException;
        }

        T get() {
            if (value != null) {
                return value;
            }
            throw failure == null ? new IllegalStateException("neither a value nor a failure") : failure;
        }
    }

    /**
     * Runs a script.
     *
     * @param where what it is about, for errors
     * @param read what to make of its answer
     */
    <T> T ask(String where, Script script, List<byte[]> keys, ScriptArgs args, Function<ScriptAnswer, T> read) {
        return translated(where, () -> read(link.run(new ScriptCall(script, keys, args.list())), where, read));
    }

    /** Runs a script that has nothing to say. */
    void tell(String where, Script script, List<byte[]> keys, ScriptArgs args) {
        ask(where, script, keys, args, answer -> answer);
    }

    /** Asks many questions in one round trip; each has its own answer or failure. */
    <T> List<Reply<T>> askAll(List<Question> questions, Function<ScriptAnswer, T> read) {
        if (questions.isEmpty()) {
            return List.of();
        }
        List<Object> answers =
                link.runAll(questions.stream().map(Question::call).toList());
        List<Reply<T>> replies = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            String where = questions.get(i).where();
            Object answer = answers.get(i);
            try {
                replies.add(new Reply<>(
                        translated(where, () -> {
                            if (answer instanceof RedisFailure failure) {
                                throw failure;
                            }
                            return read(answer, where, read);
                        }),
                        null));
            } catch (ProgressUnavailableException | ProgressCorruptException e) {
                replies.add(new Reply<>(null, e));
            }
        }
        return replies;
    }

    /** Runs plain commands, or reads what an answer holds. */
    static <T> T translated(String where, Supplier<T> call) {
        try {
            return call.get();
        } catch (RedisFailure failure) {
            if (failure.kind() == RedisFailure.Kind.DAMAGED) {
                throw ProgressCorruptException.damaged(where, failure);
            }
            throw new ProgressUnavailableException(failure);
        } catch (CorruptValueException e) {
            throw new ProgressCorruptException(
                    where, String.valueOf(e.getMessage()), e.reason() == CorruptValueException.Reason.NEWER, e);
        }
    }

    private static <T> T read(Object raw, String where, Function<ScriptAnswer, T> read) {
        ScriptAnswer answer = ScriptAnswer.of(raw);
        return switch (answer.word()) {
            case "!DAMAGED" -> throw ProgressCorruptException.damaged(where, null);
            case "!FORMAT" -> throw ProgressCorruptException.newer(where);
            default -> read.apply(answer);
        };
    }
}
