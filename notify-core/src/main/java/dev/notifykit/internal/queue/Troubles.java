package dev.notifykit.internal.queue;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What hinders at the moment, one line of each kind. Thread-safe. */
final class Troubles {

    /** What may be wrong. */
    enum Kind {
        STORE,
        SINK,
        INTAKE,
        LETTERS,
        FULL
    }

    private final Map<Kind, String> lines = new EnumMap<>(Kind.class);

    /** Says what is wrong, or with null that it is no longer. */
    synchronized void note(Kind kind, @Nullable String line) {
        if (line == null) {
            lines.remove(kind);
        } else {
            lines.put(kind, line);
        }
    }

    synchronized Collection<String> lines() {
        return List.copyOf(lines.values());
    }
}
