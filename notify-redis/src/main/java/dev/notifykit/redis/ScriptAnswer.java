package dev.notifykit.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a script answers: a word first, and then what belongs to it. Not to be changed. */
final class ScriptAnswer {

    private final List<?> parts;

    private ScriptAnswer(List<?> parts) {
        this.parts = parts;
    }

    static ScriptAnswer of(Object answer) {
        if (answer instanceof List<?> parts && !parts.isEmpty()) {
            return new ScriptAnswer(parts);
        }
        throw new RedisFailure(RedisFailure.Kind.ERROR, "an answer that no script gives");
    }

    String word() {
        return text(0);
    }

    boolean is(String word) {
        return word().equals(word);
    }

    int size() {
        return parts.size();
    }

    byte[] bytes(int at) {
        if (at < parts.size() && parts.get(at) instanceof byte[] bytes) {
            return bytes;
        }
        throw new RedisFailure(RedisFailure.Kind.ERROR, "an answer that no script gives");
    }

    /** A list within the answer. */
    List<?> list(int at) {
        if (at < parts.size() && parts.get(at) instanceof List<?> list) {
            return list;
        }
        throw new RedisFailure(RedisFailure.Kind.ERROR, "an answer that no script gives");
    }

    String text(int at) {
        return new String(bytes(at), StandardCharsets.UTF_8);
    }

    boolean flag(int at) {
        return text(at).equals("1");
    }

    /**
     * A number.
     *
     * @throws RedisFailure when it is none: a script hands on what is stored
     */
    long number(int at) {
        String text = text(at);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, "no number where one belongs");
        }
    }

    int integer(int at) {
        try {
            return Math.toIntExact(number(at));
        } catch (ArithmeticException e) {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, "a number that is too large");
        }
    }

    @Override
    public String toString() {
        return word() + " and " + (size() - 1) + " more";
    }
}
