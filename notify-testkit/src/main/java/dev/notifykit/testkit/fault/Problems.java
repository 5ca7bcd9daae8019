package dev.notifykit.testkit.fault;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with settings, to tell all of it at once. */
final class Problems {
    private final List<String> found = new ArrayList<>();

    void range(String field, long value, long min, long max) {
        check(() -> Check.range(field, value, min, max));
    }

    void check(Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            found.add(String.valueOf(e.getMessage()));
        }
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", found));
        }
    }
}
