package dev.notifykit.push;

import java.util.ArrayList;
import java.util.List;

/** Thrown by every {@code build()} of the library: it names <em>all</em> problems, each with the field and the fix. */
public final class InvalidConfigurationException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final ArrayList<String> problems;

    InvalidConfigurationException(String subject, List<String> problems) {
        super(subject + " has " + problems.size() + (problems.size() == 1 ? " problem" : " problems") + ":\n  - "
                + String.join("\n  - ", problems));
        this.problems = new ArrayList<>(problems);
    }

    /**
     * The problems, one line each.
     *
     * @return an unmodifiable list
     */
    public List<String> problems() {
        return List.copyOf(problems);
    }
}
