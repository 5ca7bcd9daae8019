package dev.notifykit.fanout;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Opens connections and writes down what is done with them. For one thread. */
final class WatchedDataSource implements DataSource {

    final List<String> calls = new ArrayList<>();
    int open;
    boolean autoCommit = true;

    @Nullable
    String productName;

    @Nullable
    SQLException readOnlyFailure;

    private final String url;

    WatchedDataSource(String url) {
        this.url = url;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        connection.setAutoCommit(autoCommit);
        open++;
        calls.add("open");
        return proxy(
                Connection.class,
                (name, args) -> {
                    switch (name) {
                        case "close" -> {
                            open--;
                            calls.add("close");
                        }
                        case "rollback", "commit" -> calls.add(name);
                        case "setReadOnly" -> {
                            calls.add("readOnly=" + args[0]);
                            if (readOnlyFailure != null) {
                                throw readOnlyFailure;
                            }
                        }
                        case "setAutoCommit" -> calls.add("autoCommit=" + args[0]);
                        case "prepareStatement" -> calls.add("sql " + args[0]);
                        case "getMetaData" -> {
                            String product = productName;
                            DatabaseMetaData metaData = connection.getMetaData();
                            if (product != null) {
                                return proxy(
                                        DatabaseMetaData.class,
                                        (n, a) -> n.equals("getDatabaseProductName") ? product : null,
                                        metaData);
                            }
                        }
                        default -> {}
                    }
                    return null;
                },
                connection);
    }

    List<String> sql() {
        return calls.stream()
                .filter(c -> c.startsWith("sql "))
                .map(c -> c.substring(4))
                .toList();
    }

    private interface Before {

        /** What is answered instead of asking the target; null: the target answers. */
        @Nullable
        Object call(String name, Object[] args) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, Before before, T target) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            Object answer = before.call(method.getName(), args == null ? new Object[0] : args);
            try {
                return answer == null ? method.invoke(target, args) : answer;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    @Override
    public Connection getConnection(String username, String password) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PrintWriter getLogWriter() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getLoginTimeout() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Logger getParentLogger() {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
