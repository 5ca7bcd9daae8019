package dev.notifykit.limit;

import java.time.Duration;
import java.util.Objects;

/**
 * How many notifications one device gets: so many within any time of that length. Immutable.
 *
 * @param most from 1 to {@value #MAX_MOST}
 * @param window from {@link #MIN_WINDOW} to {@link #MAX_WINDOW}
 */
public record DeviceCap(int most, Duration window) {

    /** Each of them is remembered for as long as the window. More is no cap that a person would notice. */
    public static final int MAX_MOST = 1_000;

    /** Shorter ones are a rate. */
    public static final Duration MIN_WINDOW = Duration.ofSeconds(1);

    /** Longer ones would keep what is known of a device that is long gone. */
    public static final Duration MAX_WINDOW = Duration.ofDays(31);

    /** Checks both. */
    public DeviceCap {
        Objects.requireNonNull(window, "window");
        if (most < 1 || most > MAX_MOST) {
            throw new IllegalArgumentException("most must be from 1 to " + MAX_MOST + ", is " + most);
        }
        if (window.compareTo(MIN_WINDOW) < 0 || window.compareTo(MAX_WINDOW) > 0) {
            throw new IllegalArgumentException(
                    "window must be from " + MIN_WINDOW + " to " + MAX_WINDOW + ", is " + window);
        }
    }
}
