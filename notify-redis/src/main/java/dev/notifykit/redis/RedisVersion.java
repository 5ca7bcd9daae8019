package dev.notifykit.redis;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of a Redis or a Valkey. Immutable. */
record RedisVersion(Product product, int major, int minor, int patch) implements Comparable<RedisVersion> {

    /** What calls itself so. Others say that they are a Redis. */
    enum Product {
        REDIS,
        VALKEY
    }

    /** The oldest that knows all that the scripts use. */
    static final RedisVersion OLDEST = new RedisVersion(Product.REDIS, 6, 2, 0);

    /**
     * In each line the first without CVE-2025-49844, by which whoever may run a script can run anything; later lines never had it. Redis 7.0 and
     * other lines that are missing here were never mended under a number of their own.
     */
    private static final List<RedisVersion> MENDED = List.of(
            new RedisVersion(Product.REDIS, 6, 2, 20),
            new RedisVersion(Product.REDIS, 7, 2, 11),
            new RedisVersion(Product.REDIS, 7, 4, 6),
            new RedisVersion(Product.REDIS, 8, 0, 4),
            new RedisVersion(Product.REDIS, 8, 2, 2),
            new RedisVersion(Product.VALKEY, 7, 2, 11),
            new RedisVersion(Product.VALKEY, 8, 0, 6),
            new RedisVersion(Product.VALKEY, 8, 1, 4));

    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})(?:\\D.*)?");

    /** Empty when that is no version. */
    static Optional<RedisVersion> of(Product product, String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new RedisVersion(
                        product,
                        Integer.parseInt(form.group(1)),
                        Integer.parseInt(form.group(2)),
                        Integer.parseInt(form.group(3))))
                : Optional.empty();
    }

    boolean isTooOld() {
        return compareTo(OLDEST) < 0; // the first Valkey was 7.2
    }

    /** Whether, by its number, a script can break out of it. Distributions mend under old numbers. */
    boolean isOpenToScripts() {
        return MENDED.stream()
                .filter(mended -> mended.product == product)
                .filter(mended -> mended.major > major || (mended.major == major && mended.minor >= minor))
                .findFirst()
                .filter(mended -> compareTo(mended) < 0)
                .isPresent();
    }

    @Override
    public int compareTo(RedisVersion other) {
        return Comparator.comparingInt(RedisVersion::major)
                .thenComparingInt(RedisVersion::minor)
                .thenComparingInt(RedisVersion::patch)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return (product == Product.VALKEY ? "Valkey " : "Redis ") + major + "." + minor + "." + patch;
    }
}
