package dev.notifykit.redis;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes at the end of a test what it has opened, the last first. Not thread-safe. */
final class Closing implements AutoCloseable {

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T one) {
        opened.push(one);
        return one;
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                first = first == null ? new IllegalStateException("what a test has opened does not close", e) : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
