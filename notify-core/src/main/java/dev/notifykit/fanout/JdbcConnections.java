package dev.notifykit.fanout;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lends a connection for one piece of reading, and gives it back as it was: no transaction open, no setting changed. */
record JdbcConnections(DataSource dataSource) {

    private static final Logger log = LoggerFactory.getLogger(JdbcConnections.class);

    /** What is done with a connection. */
    @FunctionalInterface
    interface Work<T> {

        T on(Connection connection) throws SQLException;
    }

    <T> T with(Work<T> work) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean marked = markReadOnly(connection);
            T result;
            try {
                result = work.on(connection);
            } catch (SQLException | RuntimeException | Error e) {
                try {
                    restore(connection, marked);
                } catch (SQLException second) {
                    e.addSuppressed(second);
                }
                throw e;
            }
            restore(connection, marked);
            return result;
        }
    }

    /** A hint, by which some drivers choose a replica; others do not like to be asked. */
    private static boolean markReadOnly(Connection connection) throws SQLException {
        if (connection.isReadOnly()) {
            return false;
        }
        try {
            connection.setReadOnly(true);
            return true;
        } catch (SQLException e) {
            log.debug("the driver cannot mark a connection as read-only", e);
            return false;
        }
    }

    private static void restore(Connection connection, boolean marked) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback(); // ends the transaction that the first query has begun; nothing was written
        }
        if (marked) {
            connection.setReadOnly(false);
        }
    }
}
