package dev.notifykit.fanout;

import dev.notifykit.fanout.JdbcConnections.Work;
import dev.notifykit.push.Problems;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a table or a query as an audience, made by {@link Audience#jdbc}. They are read in the order of a key, each page with the
 * key of the row before it ({@code WHERE key > ?}), so that no page costs more than the first, and rows that come or go between two
 * pages disturb none of the others. The key must be unique and not null, and should have an index.
 *
 * <p>For each page a connection is taken, marked read-only, and given back; no transaction is open in between. An {@link SQLException}
 * passes through and is tried again. A row that the mapper cannot make ends nothing: it is left out, counted and reported. Thread-safe, if
 * the data source and the functions given are.
 */
@SuppressWarnings("exports") // as at Audience.jdbc
public final class JdbcAudience implements Audience {

    /** Most drivers fetch 10 rows or all of them unless told; a page is usually this long. */
    public static final int DEFAULT_FETCH_SIZE = 1_000;

    /** Long for a page by index, and short enough that a hanging database is noticed. */
    public static final Duration DEFAULT_QUERY_TIMEOUT = Duration.ofMinutes(1);

    /** A mapper that never works must not fill the log. */
    private static final int LOGGED = 100;

    private static final Logger log = LoggerFactory.getLogger(JdbcAudience.class);

    private final JdbcConnections connections;
    private final JdbcQuery query;
    private final RowMapper mapper;
    private final @Nullable BiConsumer<String, RuntimeException> onMalformed;
    private final int shards;
    private final boolean counted;
    private final AtomicLong malformed = new AtomicLong();

    /** Per shard, the last page that had malformed rows: a page that is read again reports nothing again. */
    private final ConcurrentMap<String, String> reported = new ConcurrentHashMap<>();

    private JdbcAudience(Builder b, JdbcQuery query, RowMapper mapper) {
        connections = new JdbcConnections(b.dataSource);
        this.query = query;
        this.mapper = mapper;
        onMalformed = b.onMalformed;
        shards = b.shards;
        counted = b.counted;
    }

    /** Makes a row of the audience of a row of the database. */
    @FunctionalInterface
    public interface RowMapper {

        /**
         * Makes one row.
         *
         * @param key the row's key, to be passed on
         * @param row stands on the row; must not be moved or closed
         * @return the row, or null to leave it out
         * @throws SQLException from the result set
         */
        @Nullable
        AudienceRow map(String key, ResultSet row) throws SQLException;
    }

    /** Splits the range of the key, when asked to, in parts of the same width, whatever number of rows they hold. */
    @Override
    public List<String> shards() throws SQLException {
        if (shards == 1) {
            return List.of(JdbcShard.ALL.toString());
        }
        return connections.with(connection -> {
            try (PreparedStatement statement = query.range(connection);
                    ResultSet range = statement.executeQuery()) {
                query.keys().requireNumeric(query.keys().first(), range.getMetaData(), 1);
                range.next();
                BigDecimal least = range.getBigDecimal(1);
                BigDecimal most = range.getBigDecimal(2);
                return least == null || most == null
                        ? List.of(JdbcShard.ALL.toString())
                        : JdbcShard.split(floor(least), floor(most), shards).stream()
                                .map(JdbcShard::toString)
                                .toList();
            }
        });
    }

    private static BigInteger floor(BigDecimal value) {
        return value.setScale(0, RoundingMode.FLOOR).toBigIntegerExact();
    }

    @Override
    public AudiencePage read(String shard, @Nullable String cursor, int limit) throws SQLException {
        JdbcShard range = JdbcShard.parse(shard);
        JdbcKey after =
                cursor == null ? null : JdbcKey.parse(cursor, query.keys().count());
        Map<String, RuntimeException> bad = new LinkedHashMap<>();
        AudiencePage page = connections.with(page(range, after, limit, bad));
        String place = cursor == null ? "" : cursor;
        if (!bad.isEmpty() && !place.equals(reported.put(shard, place))) {
            bad.forEach(this::malformed);
        }
        return page;
    }

    private Work<AudiencePage> page(
            JdbcShard range, @Nullable JdbcKey after, int limit, Map<String, RuntimeException> bad) {
        return connection -> {
            try (PreparedStatement statement = query.page(connection, range, after, limit);
                    ResultSet rows = statement.executeQuery()) {
                JdbcKeys.Reader keys = query.keys().reader(rows);
                List<AudienceRow> page = new ArrayList<>();
                JdbcKey last = null;
                int seen = 0;
                while (seen < limit && rows.next()) {
                    seen++;
                    last = keys.read();
                    String key = last.rowKey();
                    try {
                        AudienceRow row = mapper.map(key, rows);
                        if (row != null) {
                            page.add(row);
                        }
                    } catch (RuntimeException e) {
                        bad.put(key, e);
                    }
                }
                return new AudiencePage(page, last == null || seen < limit ? null : last.toString());
            }
        };
    }

    /** Counts the rows if {@link Builder#counted} was asked for. */
    @Override
    public OptionalLong estimatedTotal() throws SQLException {
        if (!counted) {
            return OptionalLong.empty();
        }
        return connections.with(connection -> {
            try (PreparedStatement statement = query.count(connection);
                    ResultSet count = statement.executeQuery()) {
                count.next();
                return OptionalLong.of(count.getLong(1));
            }
        });
    }

    /** The order of numbers for a {@link Builder#numericKey}; other keys have the order of the database, which is not known here. */
    @Override
    public Optional<Comparator<String>> keyOrder() {
        return query.keys().order();
    }

    /**
     * How many rows the mapper could not make, in the shards that this object has read.
     *
     * @return each of them counted once, however often its page was read
     */
    public long malformedRows() {
        return malformed.get();
    }

    private void malformed(String key, RuntimeException problem) {
        long count = malformed.incrementAndGet();
        if (onMalformed != null) {
            onMalformed.accept(key, problem);
        } else if (count <= LOGGED) {
            // Neither the key nor the message: both may name a person.
            log.warn(
                    "a row of a JDBC audience is left out: {}",
                    problem.getClass().getName());
        }
    }

    /** Builds a {@link JdbcAudience}. Not thread-safe. */
    public static final class Builder {

        private final DataSource dataSource;
        private @Nullable String table;
        private @Nullable String select;
        private List<Object> selectParameters = List.of();
        private List<String> columns = List.of();
        private @Nullable String where;
        private List<Object> whereParameters = List.of();
        private List<String> keys = List.of();
        private boolean numeric;
        private @Nullable RowMapper mapper;
        private int fetchSize = DEFAULT_FETCH_SIZE;
        private Duration queryTimeout = DEFAULT_QUERY_TIMEOUT;
        private int shards = 1;
        private boolean counted;
        private @Nullable BiConsumer<String, RuntimeException> onMalformed;

        Builder(DataSource dataSource) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        }

        /**
         * The table or view.
         *
         * @param value its name, perhaps with a schema
         * @return this
         */
        public Builder table(String value) {
            table = value;
            return this;
        }

        /**
         * A query in place of a table; it has the key columns, and no ORDER BY and no limit.
         *
         * @param sql never put together from foreign text: what varies is a {@code ?}
         * @param parameters the values of the question marks
         * @return this
         */
        public Builder select(String sql, Object... parameters) {
            select = sql;
            selectParameters = Arrays.asList(parameters.clone());
            return this;
        }

        /**
         * The columns of the table that the mapper needs; all when not set. The key comes by itself.
         *
         * @param value their names
         * @return this
         */
        public Builder columns(String... value) {
            columns = List.of(value);
            return this;
        }

        /**
         * Which rows; all when not set.
         *
         * @param condition never put together from foreign text: what varies is a {@code ?}
         * @param parameters the values of the question marks
         * @return this
         */
        public Builder where(String condition, Object... parameters) {
            where = condition;
            whereParameters = Arrays.asList(parameters.clone());
            return this;
        }

        /**
         * The columns that name a row, of whole numbers, decimals, text, UUID, date, timestamp or bytes.
         *
         * @param value in the order in which an index has them
         * @return this
         */
        public Builder key(String... value) {
            keys = List.of(value);
            numeric = false;
            return this;
        }

        /**
         * The columns that name a row, all of them numbers: with them {@link #shards} can split a single one, and a page that goes back is
         * noticed for certain.
         *
         * @param value in the order in which an index has them
         * @return this
         */
        public Builder numericKey(String... value) {
            keys = List.of(value);
            numeric = true;
            return this;
        }

        /**
         * What makes a row of the audience.
         *
         * @param value thread-safe; a runtime exception leaves the row out
         * @return this
         */
        public Builder row(RowMapper value) {
            mapper = value;
            return this;
        }

        /**
         * How many rows the driver fetches at once; {@value JdbcAudience#DEFAULT_FETCH_SIZE} when not set, and never more than a page.
         *
         * @param value at least 1
         * @return this
         */
        public Builder fetchSize(int value) {
            fetchSize = value;
            return this;
        }

        /**
         * After this a query fails and is tried again; 1 min when not set.
         *
         * @param value at least a second
         * @return this
         */
        public Builder queryTimeout(Duration value) {
            queryTimeout = value;
            return this;
        }

        /**
         * How many parts are read independently; 1 when not set. They are of the same width of key, so keys should be spread evenly.
         *
         * @param value at least 1; more than 1 needs a {@link #numericKey} of one column
         * @return this
         */
        public Builder shards(int value) {
            shards = value;
            return this;
        }

        /**
         * Counts the rows at launch, for the progress bar.
         *
         * @return this
         */
        public Builder counted() {
            counted = true;
            return this;
        }

        /**
         * Who is told of rows that the mapper could not make; the log when not set, of the first hundred and without key
         * and message.
         *
         * @param value takes the row's key and what the mapper threw; quick and thread-safe
         * @return this
         */
        public Builder onMalformed(BiConsumer<String, RuntimeException> value) {
            onMalformed = Objects.requireNonNull(value, "onMalformed");
            return this;
        }

        /**
         * Builds the audience. The database is first asked at launch.
         *
         * @return the audience
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public JdbcAudience build() {
            Problems problems = new Problems("JdbcAudience");
            JdbcSource source = new JdbcSource(table, select, selectParameters, columns, where, whereParameters);
            source.check(problems);
            JdbcKeys.check(keys, problems);
            problems.require(mapper != null, "row", "is missing", "say how a row is made");
            problems.require(fetchSize >= 1, "fetchSize", "must be at least 1, is " + fetchSize, "1000 is usual");
            problems.require(
                    queryTimeout.compareTo(Duration.ofSeconds(1)) >= 0,
                    "queryTimeout",
                    "must be at least a second, is " + queryTimeout,
                    "a minute is usual");
            problems.require(shards >= 1, "shards", "must be at least 1, is " + shards, "1 reads all in one piece");
            problems.require(
                    shards <= 1 || (numeric && keys.size() == 1),
                    "shards",
                    "need a numericKey of one column to split",
                    "declare one, or leave shards unset");
            problems.throwIfAny();
            RowMapper rows = mapper;
            if (rows == null) {
                throw new AssertionError("checked above");
            }
            JdbcQuery query = new JdbcQuery(source, new JdbcKeys(keys, numeric), fetchSize, queryTimeout);
            return new JdbcAudience(this, query, rows);
        }
    }
}
