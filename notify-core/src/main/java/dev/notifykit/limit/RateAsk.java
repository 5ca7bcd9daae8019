package dev.notifykit.limit;

import java.util.Objects;

/**
 * What an asker wants of a shared rate. Immutable.
 *
 * @param rate the name of the rate, 1 to {@value #MAX_NAME_LENGTH} characters; all that use the name share it
 * @param perSecond permits per second, more than 0 and at most {@value #MAX_PER_SECOND}; where askers differ, each call counts by its own
 * @param asker who asks: one name for each client, which nobody else has, 1 to {@value #MAX_NAME_LENGTH} characters
 * @param number of this call: higher than in the asker's calls before; the same again is the same call, repeated
 * @param most how many permits it wants, at most; 0 only says that it is there
 */
public record RateAsk(String rate, double perSecond, String asker, long number, int most) {

    /** Longest name. */
    public static final int MAX_NAME_LENGTH = 512;

    /** Beyond anything that an instance can send, and within what a script can count exactly. */
    public static final int MAX_PER_SECOND = 1_000_000;

    /** Checks everything. */
    public RateAsk {
        checkName("rate", rate);
        checkName("asker", asker);
        if (!(perSecond > 0 && perSecond <= MAX_PER_SECOND)) {
            throw new IllegalArgumentException(
                    "perSecond must be more than 0 and at most " + MAX_PER_SECOND + ", is " + perSecond);
        }
        if (number < 1 || most < 0) {
            throw new IllegalArgumentException(
                    "number must be at least 1 and most at least 0, are " + number + " and " + most);
        }
    }

    private static void checkName(String what, String name) {
        Objects.requireNonNull(name, what);
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    what + " must have 1 to " + MAX_NAME_LENGTH + " characters, has " + name.length());
        }
    }
}
