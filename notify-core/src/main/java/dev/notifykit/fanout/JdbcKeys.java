package dev.notifykit.fanout;

import dev.notifykit.push.Problems;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The columns that name a row, in their order.
 *
 * @param names not empty
 * @param numeric whether all of them were declared to be numbers
 */
record JdbcKeys(List<String> names, boolean numeric) {

    private static final Set<Integer> NUMERIC_TYPES =
            Set.of(Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.DECIMAL);

    static void check(List<String> names, Problems problems) {
        problems.require(!names.isEmpty(), "key", "is missing", "name the columns of a unique index");
        problems.require(
                names.stream().allMatch(JdbcSource::isColumn),
                "key",
                "a column is not a name",
                "letters, digits and _ only");
        problems.require(new HashSet<>(names).size() == names.size(), "key", "names a column twice", "name each once");
    }

    String first() {
        return names.get(0);
    }

    int count() {
        return names.size();
    }

    /**
     * The condition that a row comes after a key. {@code (a, b) > (?, ?)} is not understood everywhere, so it is written out; the first
     * part is there for databases that find no index range in the second.
     */
    String after(JdbcKey key, List<Object> parameters) {
        if (names.size() == 1) {
            parameters.add(key.values().get(0));
            return first() + " > ?";
        }
        parameters.add(key.values().get(0));
        return first() + " >= ? AND " + after(0, key, parameters);
    }

    private String after(int index, JdbcKey key, List<Object> parameters) {
        String name = names.get(index);
        Object value = key.values().get(index);
        parameters.add(value);
        if (index == names.size() - 1) {
            return name + " > ?";
        }
        parameters.add(value);
        return "(" + name + " > ? OR (" + name + " = ? AND " + after(index + 1, key, parameters) + "))";
    }

    Optional<Comparator<String>> order() {
        return numeric ? Optional.of(JdbcKeys::compareNumbers) : Optional.empty();
    }

    private static int compareNumbers(String left, String right) {
        String[] a = left.split(",", -1);
        String[] b = right.split(",", -1);
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            int order = new BigDecimal(a[i]).compareTo(new BigDecimal(b[i]));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.length, b.length);
    }

    void requireNumeric(String name, ResultSetMetaData columns, int column) throws SQLException {
        if (numeric && !NUMERIC_TYPES.contains(columns.getColumnType(column))) {
            throw unreadable(name, "was declared numeric and is " + columns.getColumnTypeName(column));
        }
    }

    Reader reader(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        int[] positions = new int[names.size()];
        Kind[] kinds = new Kind[names.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = rows.findColumn(names.get(i).replace("\"", ""));
            kinds[i] = Kind.of(columns.getColumnType(positions[i]), columns.getColumnTypeName(positions[i]));
            requireNumeric(names.get(i), columns, positions[i]);
        }
        return () -> {
            List<Object> values = new ArrayList<>(positions.length);
            for (int i = 0; i < positions.length; i++) {
                values.add(value(names.get(i), kinds[i].read(rows, positions[i])));
            }
            return new JdbcKey(values);
        };
    }

    private static Object value(String column, @Nullable Object value) {
        if (value == null) {
            throw unreadable(column, "is null");
        }
        if (value instanceof Long
                || value instanceof BigDecimal
                || value instanceof String
                || value instanceof UUID
                || value instanceof LocalDateTime
                || value instanceof LocalDate
                || value instanceof byte[]) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof BigInteger number) {
            return new BigDecimal(number);
        }
        if (value instanceof OffsetDateTime time) {
            return time.withOffsetSameInstant(ZoneOffset.UTC); // one text for one instant, whatever the session's zone
        }
        throw unreadable(
                column, "has a type that cannot be a key: " + value.getClass().getName());
    }

    private static AudienceException unreadable(String column, String problem) {
        return new AudienceException(AudienceException.Kind.UNREADABLE, "the key column " + column + " " + problem);
    }

    /** Reads the key of the row on which the result set stands. */
    @FunctionalInterface
    interface Reader {

        JdbcKey read() throws SQLException;
    }

    /** Types that are asked for by name: what a driver gives by itself loses the zone or takes the JVM's. */
    private enum Kind {
        TIMESTAMP,
        ZONED_TIMESTAMP,
        DATE,
        OTHER;

        static Kind of(int type, String typeName) {
            return switch (type) {
                // PostgreSQL calls both kinds TIMESTAMP.
                case Types.TIMESTAMP -> typeName.equalsIgnoreCase("timestamptz") ? ZONED_TIMESTAMP : TIMESTAMP;
                case Types.TIMESTAMP_WITH_TIMEZONE -> ZONED_TIMESTAMP;
                case Types.DATE -> DATE;
                default -> OTHER;
            };
        }

        @Nullable
        Object read(ResultSet rows, int column) throws SQLException {
            return switch (this) {
                case TIMESTAMP -> rows.getObject(column, LocalDateTime.class);
                case ZONED_TIMESTAMP -> rows.getObject(column, OffsetDateTime.class);
                case DATE -> rows.getObject(column, LocalDate.class);
                case OTHER -> rows.getObject(column);
            };
        }
    }
}
