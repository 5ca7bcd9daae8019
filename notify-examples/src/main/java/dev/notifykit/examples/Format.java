package dev.notifykit.examples;

import java.time.Duration;
import java.util.Locale;

/** Numbers for people; the same on every machine. */
final class Format {

    private Format() {}

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency more
    static String of(String format, Object... args) {
        return String.format(Locale.ROOT, format, args);
    }

    static String count(long number) {
        return of("%,d", number);
    }

    /** A share with one decimal, or none where it is 0. */
    static String percent(double share) {
        double percent = share * 100;
        return percent == Math.rint(percent) ? of("%.0f %%", percent) : of("%.1f %%", percent);
    }

    /** Minutes and seconds. */
    static String clock(Duration time) {
        return of("%d:%02d", time.toMinutes(), time.toSecondsPart());
    }

    static String seconds(Duration time) {
        return of("%.1f s", time.toMillis() / 1000.0);
    }
}
