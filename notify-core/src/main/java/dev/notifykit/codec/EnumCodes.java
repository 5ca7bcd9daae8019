package dev.notifykit.codec;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stable numbers of an enum's constants, which may be renamed, reordered and added to without changing what is stored. A
 * number is never used for anything else again. Immutable.
 *
 * @param <E> the enum
 */
public final class EnumCodes<E extends Enum<E>> {

    /** A code takes one byte. */
    public static final int MAX_CODE = 127;

    private final Map<E, Integer> codes;
    private final Map<Integer, E> constants = new HashMap<>();

    private EnumCodes(Class<E> type, Map<E, Integer> codes) {
        this.codes = new EnumMap<>(codes);
        this.codes.forEach((constant, code) -> {
            if (code < 1 || code > MAX_CODE || constants.put(code, constant) != null) {
                throw new IllegalArgumentException(constant + " cannot have the code " + code);
            }
        });
        if (constants.size() < type.getEnumConstants().length) {
            throw new IllegalArgumentException("a constant of " + type.getName() + " has no code");
        }
    }

    /**
     * The codes of an enum.
     *
     * @param type the enum
     * @param codes one for each of its constants, from 1 to {@value #MAX_CODE}
     * @param <E> the enum
     * @return the codes
     * @throws IllegalArgumentException when a constant has none, or two have the same
     */
    public static <E extends Enum<E>> EnumCodes<E> of(Class<E> type, Map<E, Integer> codes) {
        return new EnumCodes<>(type, codes);
    }

    int code(E constant) {
        Integer code = codes.get(constant);
        if (code == null) {
            throw new IllegalArgumentException("no code for " + constant);
        }
        return code;
    }

    @Nullable
    E constant(int code) {
        return constants.get(code);
    }
}
