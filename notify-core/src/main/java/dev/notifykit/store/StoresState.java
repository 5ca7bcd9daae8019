package dev.notifykit.store;

import java.util.List;

/**
 * How the place of the stores is. Immutable. None of the lines holds a secret, a key or a value.
 *
 * @param faults one line per thing for which the stores cannot be used, or not be trusted; empty when all is well
 * @param warnings one line per thing that should be put right and hinders nothing
 */
public record StoresState(List<String> faults, List<String> warnings) {

    /** Nothing is wrong. */
    public static final StoresState GOOD = new StoresState(List.of(), List.of());

    /** Copies the lines. */
    public StoresState {
        faults = List.copyOf(faults);
        warnings = List.copyOf(warnings);
    }
}
