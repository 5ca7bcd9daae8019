package dev.notifykit.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The place of the stores must not be used as it is, or not with these settings. Nothing was changed there. It names <em>all</em> that
 * was found, without secrets; somebody has to put it right.
 */
public final class StoresUnfitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ArrayList<String> problems;

    /**
     * A refusal.
     *
     * @param place what is refused, {@code "this Redis"} say
     * @param problems one line each: what was found, and what to do about it
     */
    public StoresUnfitException(String place, List<String> problems) {
        super(place + " cannot be used, for " + problems.size() + (problems.size() == 1 ? " reason" : " reasons")
                + ":\n  - " + String.join("\n  - ", problems));
        this.problems = new ArrayList<>(problems);
    }

    /**
     * What was found, one line each.
     *
     * @return an unmodifiable list
     */
    public List<String> problems() {
        return List.copyOf(problems);
    }
}
