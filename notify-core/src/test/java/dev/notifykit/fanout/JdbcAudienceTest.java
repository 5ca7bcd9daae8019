package dev.notifykit.fanout;

import static dev.notifykit.fanout.AudienceReading.addresses;
import static dev.notifykit.fanout.AudienceReading.all;
import static dev.notifykit.fanout.AudienceReading.from;
import static dev.notifykit.fanout.AudienceReading.keys;
import static dev.notifykit.fanout.AudienceReading.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.Target;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdbcAudienceTest {

    private static final String ALL = JdbcShard.ALL.toString();

    private final WatchedDataSource database =
            new WatchedDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");

    @BeforeEach
    void makeTable() throws SQLException {
        run("CREATE TABLE device (id BIGINT PRIMARY KEY, token VARCHAR, locale VARCHAR, points INT)");
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        assertThat(database.open).as("connections that were not given back").isZero();
        run("SHUTDOWN");
    }

    @Test
    void readsInTheOrderOfTheKeyOverGaps() throws Exception {
        insert(30, 1, -5, 2_000_000_000_000L, 7, 8, 9);

        List<AudienceRow> rows = all(devices().build(), 3);

        assertThat(keys(rows)).containsExactly("-5", "1", "7", "8", "9", "30", "2000000000000");
        assertThat(addresses(rows)).startsWith("t-5", "t1").endsWith("t2000000000000");
    }

    @Test
    void theMapperMakesTheWholeRow() throws Exception {
        run("INSERT INTO device VALUES (1, 'a', 'de', 7), (2, 'b', NULL, 0)");
        JdbcAudience audience = Audience.jdbc(database)
                .table("device")
                .numericKey("id")
                .row((key, row) -> new AudienceRow(
                        key,
                        Target.apns("com.acme.app", row.getString("token")),
                        row.getString("locale"),
                        null,
                        Map.of("points", row.getString("points"))))
                .build();

        assertThat(all(audience, 10))
                .containsExactly(
                        new AudienceRow("1", Target.apns("com.acme.app", "a"), "de", null, Map.of("points", "7")),
                        new AudienceRow("2", Target.apns("com.acme.app", "b"), null, null, Map.of("points", "0")));
    }

    @Test
    void rowsThatComeAndGoBetweenPagesDisturbNoOthers() throws Exception {
        insert(10, 20, 30, 40, 50, 60);
        JdbcAudience audience = devices().build();

        AudiencePage first = audience.read(ALL, null, 2);
        run("DELETE FROM device WHERE id IN (10, 20, 40)"); // the cursor's own row too
        insert(15, 25, 55);

        assertThat(keys(first.rows())).containsExactly("10", "20");
        assertThat(keys(from(audience, ALL, first.next(), 2))).containsExactly("25", "30", "50", "55", "60");
    }

    @Test
    void everyCursorIsGoneOnFromOnAnotherInstance() throws Exception {
        for (long id = 0; id < 40; id += 1 + id % 3) {
            insert(id);
        }
        JdbcAudience audience = devices().build();
        List<AudienceRow> whole = from(audience, ALL, null, 100);
        int read = 0;
        for (AudiencePage page : pages(audience, ALL, null, 3)) {
            read += page.rows().size();
            if (page.next() != null) {
                assertThat(from(devices().build(), ALL, page.next(), 7)).isEqualTo(whole.subList(read, whole.size()));
            }
        }
        assertThat(read).isEqualTo(whole.size());
    }

    @Test
    void compositeKeysAreReadInTheirOrder() throws Exception {
        run("CREATE TABLE seat (tenant VARCHAR, born DATE, id INT, PRIMARY KEY (tenant, born, id))");
        for (long seed = 1; seed <= 5; seed++) {
            run("DELETE FROM seat");
            Random random = new Random(seed);
            Set<String> expected = new TreeSet<>();
            for (int i = 0; i < 60; i++) {
                String tenant = List.of("a", "a;b", "a\\", "a,b", "z").get(random.nextInt(5));
                LocalDate day = LocalDate.of(2026, 1, 1 + random.nextInt(3));
                int id = 10 + random.nextInt(20);
                run("MERGE INTO seat VALUES (?, ?, ?)", tenant, day, id);
                expected.add(tenant + "|" + day + "|" + id);
            }
            JdbcAudience audience = Audience.jdbc(database)
                    .table("PUBLIC.seat")
                    .key("tenant", "born", "id")
                    .row((key, row) -> new AudienceRow(
                            key, target(row.getString(1) + "|" + row.getString(2) + "|" + row.getString(3))))
                    .build();

            List<AudienceRow> rows = all(audience, 1 + random.nextInt(9));

            assertThat(addresses(rows)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(keys(rows)).as("seed %d", seed).doesNotHaveDuplicates();
        }
    }

    @Test
    void numericCompositeKeysHaveAnOrder() throws Exception {
        run("CREATE TABLE pair (a INT, b DECIMAL(10, 2), PRIMARY KEY (a, b))");
        run("INSERT INTO pair VALUES (1, 9), (1, 10), (-1, 2.5), (2, -3), (10, 0)");
        JdbcAudience audience = Audience.jdbc(database)
                .table("pair")
                .numericKey("a", "b")
                .row((key, row) -> new AudienceRow(key, target(key)))
                .build();

        List<String> keys = keys(all(audience, 2));

        assertThat(keys).containsExactly("-1,2.50", "1,9.00", "1,10.00", "2,-3.00", "10,0.00");
        assertThat(keys).isSortedAccordingTo(audience.keyOrder().orElseThrow());
        assertThat(devices().build().keyOrder()).isPresent();
        assertThat(devices().key("id").build().keyOrder()).isEmpty();
    }

    @Test
    void cursorsKeepTheTypeOfEveryKey() throws Exception {
        assertKeys("BIGINT", Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE);
        assertKeys("SMALLINT", (short) -3, (short) 4);
        assertKeys("DECIMAL(40, 4)", new BigDecimal("-0.0001"), new BigDecimal("99999999999999999999999999.5"));
        assertKeys("VARCHAR", "", "Zoë", "a;b\\", "a\\;", "k1;n5", "日本");
        assertKeys(
                "UUID",
                UUID.fromString("00000000-0000-0000-0000-000000000001"),
                UUID.fromString("7fffffff-ffff-ffff-ffff-ffffffffffff"));
        assertKeys(
                "TIMESTAMP(9)",
                LocalDateTime.parse("2026-03-29T02:30:00"), // does not exist in Berlin
                LocalDateTime.parse("2026-10-25T02:30:00.123456788"),
                LocalDateTime.parse("2026-10-25T02:30:00.123456789"));
        assertKeys(
                "TIMESTAMP(9) WITH TIME ZONE",
                OffsetDateTime.parse("2026-10-25T02:30:00.000000001+02:00"),
                OffsetDateTime.parse("2026-10-25T02:30:00+01:00"));
        assertKeys("DATE", LocalDate.parse("1999-12-31"), LocalDate.parse("2026-02-28"));
        assertKeys("VARBINARY", new byte[] {0}, new byte[] {0, 1}, new byte[] {127, -1});
    }

    /** Values in the order of the database; a page each, so that every one of them becomes a cursor. */
    private void assertKeys(String type, Object... values) throws Exception {
        run("DROP TABLE IF EXISTS typed");
        run("CREATE TABLE typed (k " + type + " PRIMARY KEY, n INT)");
        for (int i = values.length - 1; i >= 0; i--) {
            run("INSERT INTO typed VALUES (?, ?)", values[i], i);
        }
        JdbcAudience audience = Audience.jdbc(database)
                .table("typed")
                .key("k")
                .row((key, row) -> new AudienceRow(key + "|", target(row.getString("n"))))
                .build();

        List<AudienceRow> rows = all(audience, 1);

        List<String> expected = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            expected.add(String.valueOf(i));
        }
        assertThat(addresses(rows)).as(type).containsExactlyElementsOf(expected);
        assertThat(keys(rows)).as(type).doesNotHaveDuplicates();
    }

    @Test
    void shardsHoldEveryRowExactlyOnce() throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            run("DELETE FROM device");
            Random random = new Random(seed);
            Set<Long> ids = new HashSet<>();
            long spread = 1L << random.nextInt(63);
            for (int i = random.nextInt(60); i > 0; i--) {
                ids.add(random.nextLong() % spread);
            }
            for (long id : ids) {
                insert(id);
            }
            JdbcAudience audience = devices().shards(1 + random.nextInt(7)).build();
            List<String> shards = audience.shards();
            // Rows that come after the launch, outside of the range that was split.
            for (long late : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
                if (ids.add(late)) {
                    insert(late);
                }
            }

            List<String> keys = new ArrayList<>();
            for (String shard : shards) {
                keys.addAll(keys(from(audience, shard, null, 1 + random.nextInt(5))));
            }

            assertThat(keys)
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(
                            ids.stream().map(String::valueOf).toList())
                    .isSortedAccordingTo(audience.keyOrder().orElseThrow());
        }
    }

    @Test
    void evenKeysAreSplitEvenly() throws Exception {
        for (long id = 1; id <= 100; id++) {
            insert(id);
        }
        JdbcAudience audience = devices().shards(4).build();

        for (String shard : audience.shards()) {
            assertThat(from(audience, shard, null, 10)).hasSize(25);
        }
        assertThat(devices().shards(4).where("id > 1000").build().shards()).containsExactly(ALL);
        assertThat(devices().shards(9).where("id <= 3").build().shards()).hasSize(3);
    }

    @Test
    void decimalKeysAreSplitToo() throws Exception {
        run("CREATE TABLE oracle_like (id DECIMAL(30) PRIMARY KEY)");
        run("INSERT INTO oracle_like VALUES (-99999999999999999999), (0), (99999999999999999999)");
        JdbcAudience audience = Audience.jdbc(database)
                .table("oracle_like")
                .numericKey("id")
                .shards(3)
                .row((key, row) -> new AudienceRow(key, target(key)))
                .build();

        assertThat(audience.shards()).hasSize(3);
        assertThat(keys(all(audience, 1))).containsExactly("-99999999999999999999", "0", "99999999999999999999");
    }

    @Test
    void aConditionHasParameters() throws Exception {
        run("INSERT INTO device VALUES (1, 'a', 'de', 7), (2, 'b', 'fr', 8), (3, 'c', 'de', 9), (4, 'd', '?', 9)");
        JdbcAudience audience = devices()
                .where("locale = ? AND points > ? OR locale = '?'", "de", 7)
                .shards(2)
                .counted()
                .build();

        assertThat(addresses(all(audience, 1))).containsExactly("c", "d");
        assertThat(audience.estimatedTotal()).isEqualTo(OptionalLong.of(2));
        assertThat(devices().build().estimatedTotal()).isEmpty();
    }

    @Test
    void aQueryStandsInPlaceOfATable() throws Exception {
        run("INSERT INTO device VALUES (1, 'a', 'de', 7), (2, 'b', 'fr', 8), (3, 'c', 'de', 9), (4, 'd', 'de', 9)");
        JdbcAudience audience = Audience.jdbc(database)
                .select("SELECT id AS nr, token FROM device WHERE locale = ?", "de")
                .where("nr < ?", 4)
                .numericKey("nr")
                .row((key, row) -> new AudienceRow(key, target(row.getString("token"))))
                .shards(2)
                .counted()
                .build();

        assertThat(addresses(all(audience, 1))).containsExactly("a", "c");
        assertThat(audience.estimatedTotal()).isEqualTo(OptionalLong.of(2));
    }

    @Test
    void onlyTheColumnsAskedForAreRead() throws Exception {
        run("CREATE TABLE \"Odd Name\" (\"Key\" INT PRIMARY KEY, token VARCHAR, secret VARCHAR)");
        run("INSERT INTO \"Odd Name\" VALUES (1, 'a', 's'), (2, 'b', 's')");
        JdbcAudience audience = Audience.jdbc(database)
                .table("\"Odd Name\"")
                .columns("token")
                .numericKey("\"Key\"")
                .row((key, row) -> new AudienceRow(
                        key, target(row.getString("token") + row.getMetaData().getColumnCount())))
                .build();

        assertThat(addresses(all(audience, 1))).containsExactly("a2", "b2");
    }

    @Test
    void aConnectionIsGivenBackAfterEachPageAsItWas() throws Exception {
        insert(1, 2, 3);
        JdbcAudience audience = devices().build();
        database.calls.clear();

        audience.read(ALL, null, 2);
        assertThat(database.calls)
                .hasSize(5)
                .startsWith("open", "readOnly=true")
                .endsWith("readOnly=false", "close");

        database.autoCommit = false;
        database.calls.clear();
        audience.read(ALL, null, 2);
        assertThat(database.calls)
                .hasSize(6)
                .startsWith("open", "readOnly=true")
                .endsWith("rollback", "readOnly=false", "close");
        database.autoCommit = true;
    }

    @Test
    void aDriverThatCannotMarkConnectionsIsUsedAllTheSame() throws Exception {
        insert(1);
        database.readOnlyFailure = new SQLException("not after opening");

        assertThat(all(devices().build(), 2)).hasSize(1);
        assertThat(database.calls).doesNotContain("readOnly=false");
        database.readOnlyFailure = null;
    }

    @Test
    void eachDatabaseIsToldTheLimitInItsOwnWords() throws Exception {
        insert(1, 2, 3, 4, 5);
        Map<String, String> words = Map.of(
                "PostgreSQL", " LIMIT 2",
                "MySQL", " LIMIT 2",
                "Oracle", " FETCH FIRST 2 ROWS ONLY",
                "DB2/LINUXX8664", " FETCH FIRST 2 ROWS ONLY",
                "Microsoft SQL Server", " OFFSET 0 ROWS FETCH NEXT 2 ROWS ONLY",
                "Some Other", " ORDER BY id");
        for (Map.Entry<String, String> entry : words.entrySet()) {
            database.productName = entry.getKey();
            database.calls.clear();
            assertThat(keys(all(devices().build(), 2))).containsExactly("1", "2", "3", "4", "5");
            assertThat(database.sql()).as(entry.getKey()).hasSize(3).allMatch(sql -> sql.endsWith(entry.getValue()));
        }
    }

    @Test
    void valuesNeverStandInTheSql() throws Exception {
        run("CREATE TABLE named (name VARCHAR PRIMARY KEY)");
        String hostile = "x' OR '1'='1";
        run("INSERT INTO named VALUES (?), ('y')", hostile);
        database.calls.clear();
        JdbcAudience audience = Audience.jdbc(database)
                .table("named")
                .key("name")
                .row((key, row) -> new AudienceRow(key, target(key)))
                .build();

        assertThat(addresses(all(audience, 1))).containsExactly(hostile, "y");
        assertThat(database.sql()).noneMatch(sql -> sql.contains("'"));
    }

    @Test
    void anErrorOfTheDatabasePassesThroughAndLeavesNothingOpen() throws Exception {
        insert(1, 2);
        JdbcAudience audience = devices().build();
        String cursor = audience.read(ALL, null, 1).next();
        run("ALTER TABLE device RENAME TO gone");

        assertThatThrownBy(() -> audience.read(ALL, cursor, 1)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> devices().shards(2).build().shards()).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> devices().counted().build().estimatedTotal()).isInstanceOf(SQLException.class);
        assertThat(database.open).isZero();

        run("ALTER TABLE gone RENAME TO device");
        assertThat(keys(from(audience, ALL, cursor, 1))).containsExactly("2");
    }

    @Test
    void anErrorOfTheMapperLeavesItsRowOut() throws Exception {
        run("INSERT INTO device VALUES (1, 'a', 'de', 7), (2, NULL, 'fr', 8), (3, ' ', 'de', 9), (4, 'd', 'de', 9)");
        List<String> told = new ArrayList<>();
        JdbcAudience audience = devices()
                .onMalformed((key, problem) ->
                        told.add(key + " " + problem.getClass().getSimpleName()))
                .build();

        AudiencePage first = audience.read(ALL, null, 3);
        assertThat(audience.read(ALL, null, 3)).isEqualTo(first);

        assertThat(addresses(first.rows())).containsExactly("a");
        assertThat(addresses(from(audience, ALL, first.next(), 3))).containsExactly("d");
        assertThat(told).containsExactly("2 NullPointerException", "3 IllegalArgumentException");
        assertThat(audience.malformedRows()).isEqualTo(2);
    }

    @Test
    void theMapperMayLeaveRowsOutAndAPageMayThenBeEmpty() throws Exception {
        insert(1, 2, 3, 4, 5);
        JdbcAudience audience = devices()
                .row((key, row) -> row.getLong("id") < 5 ? null : new AudienceRow(key, target(key)))
                .build();

        List<AudiencePage> pages = pages(audience, ALL, null, 2);

        assertThat(pages).extracting(page -> page.rows().size()).containsExactly(0, 0, 1);
        assertThat(audience.malformedRows()).isZero();
    }

    @Test
    void refusesWhatItDidNotWriteAndKeysThatAreNone() throws Exception {
        insert(1, 2);
        JdbcAudience audience = devices().build();
        for (String shard : List.of("", "jdbc1", "jdbc2::", "jdbc1:x:", "csv1:1:2:3:4:5:6")) {
            assertUnreadable(() -> audience.read(shard, null, 1));
        }
        for (String cursor : List.of("", "1", "k1", "k1;", "k1;x1", "k1;n", "k1;nx", "k1;n1;n2", "k2;n1", "k1;u1")) {
            assertUnreadable(() -> audience.read(ALL, cursor, 1));
        }
        run("CREATE TABLE holes (id INT, x DOUBLE PRECISION, t VARCHAR)");
        run("INSERT INTO holes VALUES (NULL, 1.5, 'a')");
        for (String key : List.of("id", "x")) {
            assertUnreadable(() -> holes().key(key).build().read(ALL, null, 1));
        }
        assertUnreadable(() -> holes().numericKey("t").build().read(ALL, null, 1));
        assertUnreadable(() -> holes().numericKey("t").shards(2).build().shards());
    }

    private JdbcAudience.Builder holes() {
        return Audience.jdbc(database).table("holes").row((key, row) -> new AudienceRow(key, target(key)));
    }

    @Test
    void saysAllThatIsWrongWithABuilder() {
        assertProblems(Audience.jdbc(database), "table", "key", "row");
        assertProblems(
                Audience.jdbc(database)
                        .table("device; DROP TABLE device")
                        .columns("token, secret")
                        .where("a = ? AND b = '?'", 1, 2)
                        .key("id", "id", "1=1")
                        .row((key, row) -> null)
                        .fetchSize(0)
                        .queryTimeout(Duration.ofMillis(10))
                        .shards(3),
                "table",
                "columns",
                "where",
                "key",
                "key",
                "fetchSize",
                "queryTimeout",
                "shards");
        assertProblems(
                Audience.jdbc(database)
                        .table("device")
                        .select("DELETE FROM device;", 1)
                        .columns("token")
                        .where(" ")
                        .numericKey("a", "b")
                        .row((key, row) -> null)
                        .shards(0),
                "table",
                "select",
                "columns",
                "select",
                "where",
                "shards");
        assertProblems(
                devices().where("a = ?", new Object[] {null}).numericKey("id").shards(1), "where");
        assertProblems(devices().numericKey("a", "b").shards(2), "shards");
        assertProblems(devices().key("id").shards(2), "shards");
    }

    private static void assertProblems(JdbcAudience.Builder builder, String... fields) {
        assertThatThrownBy(builder::build)
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                                .containsExactly(fields));
    }

    private static void assertUnreadable(ThrowingCallable read) {
        assertThatThrownBy(read)
                .isInstanceOfSatisfying(
                        AudienceException.class,
                        e -> assertThat(e.kind()).isEqualTo(AudienceException.Kind.UNREADABLE));
    }

    private JdbcAudience.Builder devices() {
        return Audience.jdbc(database)
                .table("device")
                .numericKey("id")
                .row((key, row) -> new AudienceRow(key, target(row.getString("token"))));
    }

    private static Target target(String address) {
        return Target.fcm("com.acme.app", address);
    }

    private void insert(long... ids) throws SQLException {
        for (long id : ids) {
            run("INSERT INTO device VALUES (?, ?, NULL, 0)", id, "t" + id);
        }
    }

    private void run(String sql, Object... parameters) throws SQLException {
        try (Connection connection = database.getConnection()) {
            if (parameters.length == 0) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(sql);
                }
                return;
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                statement.execute();
            }
        }
    }
}
