package dev.notifykit.fanout;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * The values of a row's key columns. As a cursor it keeps their types, so that each is bound as what it was read as:
 * {@code k1;n42;sAnna}, with {@code \} before a {@code ;} or {@code \} in a text.
 *
 * @param values {@code Long}, {@code BigDecimal}, {@code String}, {@code UUID}, {@code LocalDateTime}, {@code OffsetDateTime} in UTC,
 *     {@code LocalDate} or {@code byte[]}
 */
record JdbcKey(List<Object> values) {

    private static final String FORMAT = "k1";

    JdbcKey {
        values = List.copyOf(values);
    }

    static JdbcKey parse(String cursor, int columns) {
        List<String> parts = split(cursor);
        if (!parts.get(0).equals(FORMAT) || parts.size() != columns + 1) {
            throw unreadable();
        }
        List<Object> values = new ArrayList<>(columns);
        for (String part : parts.subList(1, parts.size())) {
            if (part.isEmpty()) {
                throw unreadable();
            }
            values.add(value(part.charAt(0), part.substring(1)));
        }
        return new JdbcKey(values);
    }

    private static List<String> split(String cursor) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < cursor.length(); i++) {
            char c = cursor.charAt(i);
            if (c == ';') {
                parts.add(part.toString());
                part.setLength(0);
            } else if (c == '\\' && i + 1 < cursor.length()) {
                part.append(cursor.charAt(++i));
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    private static Object value(char type, String text) {
        try {
            return switch (type) {
                case 'n' -> Long.valueOf(text);
                case 'd' -> new BigDecimal(text);
                case 's' -> text;
                case 'u' -> UUID.fromString(text);
                case 't' -> LocalDateTime.parse(text);
                case 'o' -> OffsetDateTime.parse(text);
                case 'a' -> LocalDate.parse(text);
                case 'b' -> HexFormat.of().parseHex(text);
                default -> throw unreadable();
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            throw unreadable();
        }
    }

    private static AudienceException unreadable() {
        return new AudienceException(
                AudienceException.Kind.UNREADABLE, "the cursor is not one of this JDBC audience and its key columns");
    }

    /** Binds a value of a key, or one that the host has given. */
    static void bind(PreparedStatement statement, int index, Object value) throws SQLException {
        if (value instanceof Long number) {
            statement.setLong(index, number);
        } else if (value instanceof BigDecimal number) {
            statement.setBigDecimal(index, number);
        } else if (value instanceof String text) {
            statement.setString(index, text);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else {
            statement.setObject(index, value);
        }
    }

    /** The key as the audience's rows have it: the plain value, or values with commas between them. */
    String rowKey() {
        if (values.size() == 1) {
            return text(values.get(0));
        }
        StringBuilder key = new StringBuilder();
        for (Object value : values) {
            key.append(key.isEmpty() ? "" : ",");
            escape(text(value), ',', key);
        }
        return key.toString();
    }

    /** The cursor. */
    @Override
    public String toString() {
        StringBuilder cursor = new StringBuilder(FORMAT);
        for (Object value : values) {
            cursor.append(';').append(type(value));
            escape(text(value), ';', cursor);
        }
        return cursor.toString();
    }

    private static void escape(String text, char separator, StringBuilder to) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == separator || c == '\\') {
                to.append('\\');
            }
            to.append(c);
        }
    }

    private static String text(Object value) {
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value.toString();
    }

    private static char type(Object value) {
        if (value instanceof Long) {
            return 'n';
        }
        if (value instanceof BigDecimal) {
            return 'd';
        }
        if (value instanceof String) {
            return 's';
        }
        if (value instanceof UUID) {
            return 'u';
        }
        if (value instanceof LocalDateTime) {
            return 't';
        }
        if (value instanceof OffsetDateTime) {
            return 'o';
        }
        return value instanceof LocalDate ? 'a' : 'b';
    }
}
