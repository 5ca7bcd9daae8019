package dev.notifykit.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is to be asked of Redis, round after round, until something can be said. Talks that go on together share their rounds: each is
 * one pipeline, whatever the number of talks. Within a round there is no order; what has to come later is a later round.
 *
 * <p>Used by one thread at a time.
 *
 * @param <T> what is said in the end
 */
abstract class Talk<T> {

    private Talk() {}

    /** What to ask in this round; empty when it is over. */
    abstract List<ScriptCall> questions();

    /** How it goes on. */
    abstract Talk<T> hear(List<Answer> answers);

    /** Whether it is over. */
    abstract boolean isOver();

    /** What was said, when it is over. */
    abstract T said();

    /** Goes on with what this one says. */
    abstract <U> Talk<U> then(Function<? super T, Talk<U>> next);

    final <U> Talk<U> map(Function<? super T, U> change) {
        return then(said -> say(change.apply(said)));
    }

    /** Nothing more to ask. */
    static <T> Talk<T> say(T value) {
        return new Over<>(value);
    }

    /** One question. */
    static <T> Talk<T> ask(ScriptCall question, Function<Answer, T> meaning) {
        return new Open<>(List.of(question), answers -> say(meaning.apply(answers.get(0))));
    }

    /** Two at the same time. */
    static <A, B, C> Talk<C> both(Talk<A> one, Talk<B> other, BiFunction<? super A, ? super B, C> together) {
        if (one.isOver() && other.isOver()) {
            return say(together.apply(one.said(), other.said()));
        }
        List<ScriptCall> questions = new ArrayList<>(one.questions());
        int half = questions.size();
        questions.addAll(other.questions());
        return new Open<>(
                questions,
                answers -> both(
                        one.hear(answers.subList(0, half)),
                        other.hear(answers.subList(half, answers.size())),
                        together));
    }

    /** Many at the same time; what they said, in order. */
    static <T> Talk<List<T>> all(List<Talk<T>> talks) {
        List<ScriptCall> questions = new ArrayList<>();
        talks.forEach(talk -> questions.addAll(talk.questions()));
        if (questions.isEmpty()) {
            return say(talks.stream().map(Talk::said).toList());
        }
        return new Open<>(questions, answers -> {
            List<Talk<T>> next = new ArrayList<>(talks.size());
            int at = 0;
            for (Talk<T> talk : talks) {
                int end = at + talk.questions().size();
                next.add(talk.hear(answers.subList(at, end)));
                at = end;
            }
            return all(next);
        });
    }

    private static final class Over<T> extends Talk<T> {

        private final T value;

        Over(T value) {
            this.value = value;
        }

        @Override
        List<ScriptCall> questions() {
            return List.of();
        }

        @Override
        Talk<T> hear(List<Answer> answers) {
            return this;
        }

        @Override
        boolean isOver() {
            return true;
        }

        @Override
        T said() {
            return value;
        }

        @Override
        <U> Talk<U> then(Function<? super T, Talk<U>> next) {
            return next.apply(value);
        }
    }

    private static final class Open<T> extends Talk<T> {

        private final List<ScriptCall> questions;
        private final Function<List<Answer>, Talk<T>> next;

        Open(List<ScriptCall> questions, Function<List<Answer>, Talk<T>> next) {
            this.questions = questions;
            this.next = next;
        }

        @Override
        List<ScriptCall> questions() {
            return questions;
        }

        @Override
        Talk<T> hear(List<Answer> answers) {
            return next.apply(answers);
        }

        @Override
        boolean isOver() {
            return false;
        }

        @Override
        T said() {
            throw new IllegalStateException("there is more to ask");
        }

        @Override
        <U> Talk<U> then(Function<? super T, Talk<U>> more) {
            return new Open<>(questions, answers -> next.apply(answers).then(more));
        }
    }

    /** What a script has answered: a list. Immutable, if nobody changes the bytes. */
    static final class Answer {

        private final List<?> parts;

        /**
         * An answer.
         *
         * @throws RedisFailure when it says that a value is damaged
         */
        Answer(@Nullable Object answer) {
            if (!(answer instanceof List<?> list)) {
                throw new RedisFailure(RedisFailure.Kind.ERROR, "an answer that the script does not give");
            }
            parts = list;
            if (!parts.isEmpty() && parts.get(0) instanceof byte[] first) {
                switch (new String(first, StandardCharsets.ISO_8859_1)) {
                    case "!DAMAGED" ->
                        throw new RedisFailure(RedisFailure.Kind.DAMAGED, "no entry of ours, or not a whole one");
                    case "!FORMAT" ->
                        throw new RedisFailure(
                                RedisFailure.Kind.DAMAGED, "an entry of a newer build, which this one cannot read");
                    default -> {}
                }
            }
        }

        int size() {
            return parts.size();
        }

        byte[] bytes(int part) {
            return (byte[]) parts.get(part);
        }

        String text(int part) {
            return new String(bytes(part), StandardCharsets.ISO_8859_1);
        }

        long number(int part) {
            Object value = parts.get(part);
            return value instanceof Long number ? number : Long.parseLong(text(part));
        }
    }
}
