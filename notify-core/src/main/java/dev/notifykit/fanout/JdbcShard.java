package dev.notifykit.fanout;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range of a numeric key. The first has no lower and the last no upper end, so that together they hold every row, those too that come
 * after the launch.
 *
 * @param from the least key; null: no lower end
 * @param to the first key after it; null: no upper end
 */
record JdbcShard(@Nullable BigInteger from, @Nullable BigInteger to) {

    static final JdbcShard ALL = new JdbcShard(null, null);

    private static final String FORMAT = "jdbc1";
    private static final BigInteger LEAST_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    static List<JdbcShard> split(BigInteger least, BigInteger most, int parts) {
        BigInteger width = most.subtract(least).add(BigInteger.ONE);
        List<JdbcShard> shards = new ArrayList<>();
        BigInteger from = null;
        for (int i = 1; i < parts; i++) {
            BigInteger to = least.add(width.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(parts)));
            if (to.compareTo(from == null ? least : from) > 0) {
                shards.add(new JdbcShard(from, to));
                from = to;
            }
        }
        shards.add(new JdbcShard(from, null));
        return shards;
    }

    static JdbcShard parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3 || !parts[0].equals(FORMAT)) {
            throw unreadable();
        }
        return new JdbcShard(number(parts[1]), number(parts[2]));
    }

    private static @Nullable BigInteger number(String text) {
        try {
            return text.isEmpty() ? null : new BigInteger(text);
        } catch (NumberFormatException e) {
            throw unreadable();
        }
    }

    private static AudienceException unreadable() {
        return new AudienceException(
                AudienceException.Kind.UNREADABLE, "the shard's description is not one of a JDBC audience");
    }

    void restrict(String key, List<String> conditions, List<Object> parameters) {
        if (from != null) {
            conditions.add(key + " >= ?");
            parameters.add(bound(from));
        }
        if (to != null) {
            conditions.add(key + " < ?");
            parameters.add(bound(to));
        }
    }

    /** A decimal beside a whole-number column would cost some databases its index. */
    private static Object bound(BigInteger value) {
        boolean fits = value.compareTo(LEAST_LONG) >= 0 && value.compareTo(MOST_LONG) <= 0;
        return fits ? (Object) value.longValueExact() : new BigDecimal(value);
    }

    @Override
    public String toString() {
        return FORMAT + ":" + (from == null ? "" : from) + ":" + (to == null ? "" : to);
    }
}
