package dev.notifykit.push;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects everything that is wrong with a value under construction, so that its author learns of all of it at once. For builders
 * of providers and stores; not thread-safe.
 */
public final class Problems {

    private final String subject;
    private final List<String> found = new ArrayList<>();

    /**
     * Starts with nothing wrong.
     *
     * @param subject what is being built, as its author knows it
     */
    public Problems(String subject) {
        this.subject = subject;
    }

    /**
     * Notes one problem. None of the texts may hold a secret, a token or a payload.
     *
     * @param field the field as its author wrote it
     * @param problem what is wrong with it
     * @param fix what to do about it
     */
    public void add(String field, String problem, String fix) {
        found.add(field + ": " + problem + " (" + fix + ")");
    }

    /**
     * Notes a problem unless the condition holds.
     *
     * @param holds the condition
     * @param field the field as its author wrote it
     * @param problem what is wrong with it
     * @param fix what to do about it
     */
    public void require(boolean holds, String field, String problem, String fix) {
        if (!holds) {
            add(field, problem, fix);
        }
    }

    /**
     * Whether nothing was noted.
     *
     * @return true while there is no problem
     */
    public boolean none() {
        return found.isEmpty();
    }

    /**
     * Ends the collection.
     *
     * @throws InvalidConfigurationException when anything was noted
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidConfigurationException(subject, found);
        }
    }
}
