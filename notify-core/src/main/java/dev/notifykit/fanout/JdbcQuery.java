package dev.notifykit.fanout;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Puts the SQL of an audience together. Thread-safe. */
final class JdbcQuery {

    private final JdbcSource source;
    private final JdbcKeys keys;
    private final int fetchSize;
    private final Duration timeout;
    private volatile @Nullable Limit limitOfDatabase;

    JdbcQuery(JdbcSource source, JdbcKeys keys, int fetchSize, Duration timeout) {
        this.source = source;
        this.keys = keys;
        this.fetchSize = fetchSize;
        this.timeout = timeout;
    }

    JdbcKeys keys() {
        return keys;
    }

    PreparedStatement page(Connection connection, JdbcShard range, @Nullable JdbcKey after, int limit)
            throws SQLException {
        List<String> conditions = new ArrayList<>(source.conditions());
        List<Object> parameters = source.parameters();
        range.restrict(keys.first(), conditions, parameters);
        if (after != null) {
            conditions.add(keys.after(after, parameters));
        }
        String sql = "SELECT " + source.columnsAndFrom(keys.names()) + where(conditions) + " ORDER BY "
                + String.join(", ", keys.names()) + limit(connection).clause(limit);
        PreparedStatement statement = prepare(connection, sql, parameters);
        statement.setMaxRows(limit); // for a database whose words for it are not known
        statement.setFetchSize(Math.min(limit, fetchSize));
        return statement;
    }

    PreparedStatement range(Connection connection) throws SQLException {
        String key = keys.first();
        String sql = "SELECT MIN(" + key + "), MAX(" + key + ")" + source.from() + where(source.conditions());
        return prepare(connection, sql, source.parameters());
    }

    PreparedStatement count(Connection connection) throws SQLException {
        String sql = "SELECT COUNT(*)" + source.from() + where(source.conditions());
        return prepare(connection, sql, source.parameters());
    }

    private static String where(List<String> conditions) {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private PreparedStatement prepare(Connection connection, String sql, List<Object> parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < parameters.size(); i++) {
                JdbcKey.bind(statement, i + 1, parameters.get(i));
            }
            statement.setQueryTimeout((int) Math.min(Integer.MAX_VALUE, timeout.toSeconds()));
            return statement;
        } catch (SQLException | RuntimeException e) {
            try (statement) {
                throw e;
            }
        }
    }

    private Limit limit(Connection connection) throws SQLException {
        Limit known = limitOfDatabase;
        if (known == null) {
            known = Limit.of(connection.getMetaData().getDatabaseProductName());
            limitOfDatabase = known;
        }
        return known;
    }

    /** How a database is told that only the first rows are wanted, so that it plans for them. */
    private enum Limit {
        LIMIT(" LIMIT %d"),
        FETCH(" FETCH FIRST %d ROWS ONLY"),
        OFFSET(" OFFSET 0 ROWS FETCH NEXT %d ROWS ONLY"),
        NONE("");

        private final String pattern;

        Limit(String pattern) {
            this.pattern = pattern;
        }

        String clause(int rows) {
            return pattern.isEmpty() ? "" : String.format(Locale.ROOT, pattern, rows);
        }

        static Limit of(String product) {
            return switch (product) {
                case "PostgreSQL", "MySQL", "MariaDB", "H2", "SQLite", "HSQL Database Engine" -> LIMIT;
                case "Oracle", "Apache Derby" -> FETCH;
                case "Microsoft SQL Server" -> OFFSET;
                default -> product.startsWith("DB2") ? FETCH : NONE;
            };
        }
    }
}
