package dev.notifykit.device;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of a listing begins, and how much of it there may be. What is listed has an order that never changes, by digests; a cursor
 * is the last of a page. So it stays good for as long as one likes, over restarts of whatever keeps the list, and whoever comes or goes
 * between two pages disturbs none of the others. Immutable.
 *
 * @param part the first hexadecimal digit of the digests that are listed: sixteen parts, equally large, can be read at the same time;
 *     empty for all
 * @param cursor where the page before ended; null at the start
 * @param limit how many at most; from 1 to {@value #MAX_LIMIT}
 */
public record Scan(String part, @Nullable String cursor, int limit) {

    /** Some milliseconds of a store's time; more would keep others waiting. */
    public static final int MAX_LIMIT = 1_000;

    /** All parts: together they are the whole list. */
    public static final List<String> PARTS =
            List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f");

    /** Checks part and limit. */
    public Scan {
        Objects.requireNonNull(part, "part");
        if (!part.isEmpty() && !PARTS.contains(part)) {
            throw new IllegalArgumentException("a part of a list is a hexadecimal digit, or empty for all of it");
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " entries, not " + limit);
        }
    }

    /**
     * The first page of everything.
     *
     * @return a scan of {@value #MAX_LIMIT} at most
     */
    public static Scan all() {
        return new Scan("", null, MAX_LIMIT);
    }

    /**
     * The first page of one part.
     *
     * @param part one of {@link #PARTS}, or empty for all
     * @return a scan of {@value #MAX_LIMIT} at most
     */
    public static Scan of(String part) {
        return new Scan(part, null, MAX_LIMIT);
    }

    /**
     * The same with another limit.
     *
     * @param value how many at most
     * @return a new scan
     */
    public Scan limit(int value) {
        return new Scan(part, cursor, value);
    }

    /**
     * The next page.
     *
     * @param next where the page before ended
     * @return a new scan
     */
    public Scan from(String next) {
        return new Scan(part, next, limit);
    }
}
