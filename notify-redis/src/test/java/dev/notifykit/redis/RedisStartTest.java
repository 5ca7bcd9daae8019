package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.ANNA;
import static dev.notifykit.redis.Dedup.BERT;
import static dev.notifykit.redis.Dedup.DUPLICATE;
import static dev.notifykit.redis.Dedup.NEW;
import static dev.notifykit.redis.Dedup.answer;
import static dev.notifykit.redis.Dedup.claim;
import static dev.notifykit.redis.Dedup.confirm;
import static dev.notifykit.redis.Dedup.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisProcess;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.store.StoresUnavailableException;
import dev.notifykit.store.StoresUnfitException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.util.JedisClusterCRC16;

/** What is refused before anything is stored, what is told, and what heals. */
@ExtendWith(RedisLogs.class)
class RedisStartTest {

    private static final DedupKey EVENT = DedupKey.of("match-7");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OLD = "CVE-2025-49844";

    private static final String[] ON_DISK = {"--appendonly", "yes", "--appendfsync", "always"};

    /** Of this class alone, since its tests stop and empty it; they leave it as it was. It takes seconds to come together. */
    private static @Nullable RedisTopology cluster;

    private final String prefix = "t" + UUID.randomUUID();
    private final Closing closing = new Closing();

    @AfterEach
    void closeAll() {
        closing.close();
    }

    @AfterAll
    static void closeCluster() {
        RedisTopology started = cluster;
        cluster = null;
        if (started != null) {
            started.close();
        }
    }

    private static RedisTopology cluster() {
        RedisTopology started = cluster;
        if (started == null) {
            // A node that was away for longer would stay suspect for twice as long.
            started = RedisTopology.cluster(
                    RedisBinary.preferred(),
                    Stream.concat(Stream.of(ON_DISK), Stream.of("--cluster-node-timeout", "60000"))
                            .toArray(String[]::new));
            cluster = started;
        }
        started.awaitClusterOk();
        return started;
    }

    /** One that may be stopped and emptied. */
    private RedisTopology ofItsOwn(RedisTopology.Kind kind) {
        return kind == RedisTopology.Kind.CLUSTER ? cluster() : start(ON_DISK);
    }

    /** Until the test ends. */
    private void configure(List<RedisProcess> nodes, String setting, String value) {
        for (RedisProcess node : nodes) {
            try (Jedis admin = node.connect()) {
                String before = admin.configGet(setting).get(setting);
                admin.configSet(setting, value);
                closing.add(() -> {
                    try (Jedis again = node.connect()) {
                        again.configSet(setting, before);
                    }
                });
            }
        }
    }

    private RedisSettings.Builder settings() {
        return RedisSettings.builder().prefix(prefix).timeout(Duration.ofSeconds(30));
    }

    private RedisStores stores(RedisTopology redis, RedisSettings settings) {
        UnifiedJedis client = closing.add(redis.newClient());
        return closing.add(RedisStores.of(client, settings, new Clock(), Duration.ofMillis(20)));
    }

    private RedisStores stores(RedisTopology redis) {
        return stores(redis, settings().build());
    }

    private RedisTopology start(String... options) {
        return closing.add(RedisTopology.single(RedisBinary.preferred(), options));
    }

    private static List<String> refusals(RedisStores stores) {
        return catchThrowableOfType(StoresUnfitException.class, stores::check).problems();
    }

    private static void awaitFault(RedisStores stores, String part) {
        Await.until(
                PATIENCE,
                () -> stores.state().faults().stream().anyMatch(line -> line.contains(part)),
                () -> "no '" + part + "' in " + stores.state());
    }

    private static void awaitWell(RedisStores stores) {
        Await.until(
                PATIENCE,
                () -> stores.state().faults().isEmpty(),
                () -> stores.state().toString());
    }

    // ---- fit

    @ParameterizedTest
    @EnumSource
    void aGoodRedisIsTakenAndItsAgeIsTold(RedisTopology.Kind kind) throws Exception {
        for (RedisBinary binary : RedisBinary.all()) {
            RedisStores stores = stores(SharedRedis.of(kind, binary));
            stores.check();
            assertThat(stores.state().faults()).isEmpty();
            RedisVersion version = RedisVersion.of(RedisVersion.Product.REDIS, binary.version())
                    .orElseThrow();
            assertThat(stores.state().warnings().stream().filter(line -> line.contains(OLD)))
                    .hasSize(version.isOpenToScripts() ? 1 : 0);
            assertThat(stores.state().warnings()).allMatch(line -> line.contains(OLD));
            assertThat(answer(claim(stores.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
        }
    }

    @Test
    void itIsLookedAtOnceAndNotBeforeItIsUsed() throws Exception {
        RedisTopology redis = start();
        RedisStores stores = stores(redis);
        assertThat(looks(redis)).isZero();
        assertThat(answer(claim(stores.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
        for (int i = 0; i < 20; i++) {
            answer(claim(stores.dedupStore(), DedupKey.of("e" + i), ANNA));
            stores.progressStore().active();
        }
        assertThat(looks(redis)).isOne();
    }

    @Test
    void itsStateIsAskedForEveryFewSecondsAtMost() {
        RedisTopology redis = start();
        RedisStores stores = closing.add(
                RedisStores.of(closing.add(redis.newClient()), settings().build()));
        long began = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            stores.state();
        }
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        assertThat(looks(redis)).isBetween(1, 1 + (int) (seconds / Gate.FRESH.toSeconds()));
    }

    /** Each has one in its script. */
    private static int looks(RedisTopology redis) {
        return redis.nodes().stream().mapToInt(RedisStartTest::looks).sum();
    }

    private static int looks(RedisProcess node) {
        try (Jedis jedis = node.connect()) {
            return jedis.info("commandstats")
                    .lines()
                    .filter(line -> line.startsWith("cmdstat_hmget:"))
                    .mapToInt(line -> Integer.parseInt(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                    .sum();
        }
    }

    // ---- refused

    @Test
    void aRedisThatDropsKeysIsRefusedUnlessItIsAllowed() throws Exception {
        RedisTopology redis = start("--maxmemory-policy", "allkeys-lru");
        RedisStores stores = stores(redis);
        assertThat(refusals(stores))
                .singleElement()
                .asString()
                .contains("allkeys-lru", "noeviction", "" + redis.node().port());
        assertThat(failure(claim(stores.dedupStore(), EVENT, ANNA)).kind()).isEqualTo(RedisFailure.Kind.UNFIT);
        assertThatThrownBy(() -> stores.progressStore().active())
                .isInstanceOf(ProgressUnavailableException.class)
                .hasMessageContaining("allkeys-lru");
        assertThat(stores.state().faults()).singleElement().asString().contains("allkeys-lru");

        RedisStores allowed = stores(redis, settings().allowEviction(true).build());
        allowed.check();
        assertThat(allowed.state().faults()).isEmpty();
        assertThat(allowed.state().warnings()).anyMatch(line -> line.contains("allkeys-lru"));
        assertThat(answer(claim(allowed.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
    }

    @Test
    void onceItIsPutRightItIsUsedWithoutAPerson() throws Exception {
        RedisTopology redis = start("--maxmemory-policy", "volatile-ttl");
        RedisStores stores = stores(redis);
        assertThat(failure(claim(stores.dedupStore(), EVENT, ANNA)).kind()).isEqualTo(RedisFailure.Kind.UNFIT);
        try (Jedis admin = redis.node().connect()) {
            admin.configSet("maxmemory-policy", "noeviction");
        }
        awaitWell(stores);
        assertThat(answer(claim(stores.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
    }

    @Test
    void everyNodeOfAClusterIsAsked() {
        RedisTopology cluster = cluster();
        List<RedisProcess> nodes = cluster.nodes();
        configure(nodes.subList(2, 3), "maxmemory-policy", "allkeys-random");
        assertThat(refusals(stores(cluster)))
                .singleElement()
                .asString()
                .startsWith("127.0.0.1:" + nodes.get(2).port())
                .contains("allkeys-random");
        configure(nodes, "maxmemory-policy", "allkeys-lru");
        assertThat(refusals(stores(cluster)))
                .singleElement()
                .asString()
                .contains(nodes.stream().map(node -> "" + node.port()).toList());
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        RedisTopology redis = start("--maxmemory-policy", "allkeys-lru");
        stores(redis, settings().allowEviction(true).build()).check();
        RedisStores other = stores(redis, settings().partitions(4).build());
        assertThat(refusals(other))
                .hasSize(2)
                .anyMatch(line -> line.contains("allkeys-lru"))
                .anyMatch(line -> line.contains("8 partitions") && line.contains("has 4"));
    }

    @ParameterizedTest
    @EnumSource
    void theNumberOfPartitionsIsTheFleets(RedisTopology.Kind kind) throws Exception {
        RedisTopology redis = SharedRedis.of(kind);
        RedisStores first = stores(redis);
        assertThat(answer(claim(first.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
        assertThat(answer(confirm(first.dedupStore(), EVENT, ANNA))).isTrue();
        RedisStores other = stores(redis, settings().partitions(16).build());
        assertThat(failure(claim(other.dedupStore(), EVENT, BERT)))
                .hasMessageContaining("8 partitions")
                .hasMessageContaining("has 16");
        assertThatThrownBy(other::check)
                .isInstanceOf(StoresUnfitException.class)
                .hasMessageContaining("8 partitions")
                .hasMessageContaining("has 16");
        assertThat(answer(claim(stores(redis).dedupStore(), EVENT, BERT))).isEqualTo(DUPLICATE);
    }

    @Test
    void whatIsStoredInAnotherVersionIsNotTouched() {
        RedisTopology redis = SharedRedis.of(RedisTopology.Kind.SINGLE);
        stores(redis).check();
        try (Jedis admin = redis.node().connect()) {
            Map<String, String> before = admin.hgetAll(prefix + ":fleet");
            assertThat(before)
                    .containsEntry("schema", "1")
                    .containsEntry("partitions", "8")
                    .containsKey("fleet");
            admin.hset(prefix + ":fleet", "schema", "2");
            RedisStores other = stores(redis, settings().partitions(4).build());
            assertThat(refusals(other))
                    .hasSize(2)
                    .anyMatch(line -> line.contains("version 2") && line.contains("version 1"));
            assertThatThrownBy(() -> other.progressStore().active()).isInstanceOf(ProgressUnavailableException.class);
            before.put("schema", "2");
            assertThat(admin.hgetAll(prefix + ":fleet")).isEqualTo(before);
            assertThat(admin.keys(prefix + "*")).hasSize(1);
        }
    }

    @Test
    void aSettingThatAnOlderBuildDidNotFreezeIsFrozenByTheNext() {
        RedisTopology redis = SharedRedis.of(RedisTopology.Kind.SINGLE);
        stores(redis).check();
        try (Jedis admin = redis.node().connect()) {
            admin.hdel(prefix + ":fleet", "partitions");
            stores(redis, settings().partitions(4).build()).check();
            assertThat(admin.hget(prefix + ":fleet", "partitions")).isEqualTo("4");
            assertThat(refusals(stores(redis))).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"string, WRONGTYPE", "hash, another prefix"})
    void somethingElseUnderItsKeyIsRefused(String type, String says) {
        RedisTopology redis = SharedRedis.of(RedisTopology.Kind.SINGLE);
        try (Jedis admin = redis.node().connect()) {
            if (type.equals("hash")) {
                admin.hset(prefix + ":fleet", "secret", "4711");
            } else {
                admin.set(prefix + ":fleet", "secret 4711");
            }
        }
        assertThat(refusals(stores(redis)))
                .singleElement()
                .asString()
                .contains(says)
                .doesNotContain("4711");
    }

    @Test
    void aReplicaIsRefused() {
        RedisTopology pair = closing.add(RedisTopology.withReplica(RedisBinary.preferred()));
        UnifiedJedis client = closing.add(pair.nodes().get(1).newClient());
        RedisStores stores = closing.add(RedisStores.of(client, settings().build()));
        assertThat(refusals(stores)).anyMatch(line -> line.contains("replica") && line.contains("primary"));
    }

    @Test
    void aNodeOfAClusterIsRefusedToAClientOfOne() {
        UnifiedJedis client = closing.add(cluster().node().newClient());
        RedisStores stores = closing.add(RedisStores.of(client, settings().build()));
        assertThat(stores.state().faults()).anyMatch(line -> line.contains("RedisClusterClient"));
    }

    @Test
    void aClusterWithoutAllItsSlotsIsRefused() {
        RedisTopology cluster = cluster();
        configure(cluster.nodes(), "cluster-require-full-coverage", "no");
        RedisStores stores = stores(cluster);
        int ours = JedisClusterCRC16.getSlot(prefix + ":fleet");
        int other = ours == 0 ? 1 : 0;
        RedisProcess owner = cluster.ownerOf(other);
        closing.add(() -> {
            try (Jedis admin = owner.connect()) {
                admin.clusterAddSlots(other);
            }
        });
        for (RedisProcess node : cluster.nodes()) {
            try (Jedis admin = node.connect()) {
                admin.clusterDelSlots(other);
            }
        }
        assertThat(refusals(stores)).singleElement().asString().contains("1 of the 16384 slots");
    }

    @Test
    void aUserWhoMayNotRunScriptsOrAskIsRefusedAndNobodyLearnsHisPassword() {
        RedisTopology redis = start();
        try (Jedis admin = redis.node().connect()) {
            admin.aclSetUser("weak", "on", ">s3cret", "~*", "+@all", "-eval", "-evalsha", "-info");
        }
        RedisStores weak = closing.add(
                RedisStores.connect(RedisConfig.single("127.0.0.1", redis.node().port())
                        .user("weak")
                        .password("s3cret"::toCharArray)
                        .settings(settings().build())
                        .build()));
        assertThat(refusals(weak))
                .hasSize(2)
                .allMatch(line -> line.contains("denies access"))
                .anyMatch(line -> line.contains("script"));
        RedisStores wrong = closing.add(
                RedisStores.connect(RedisConfig.single("127.0.0.1", redis.node().port())
                        .user("weak")
                        .password("s3cret-4711"::toCharArray)
                        .settings(settings().build())
                        .build()));
        assertThatThrownBy(wrong::check)
                .isInstanceOf(StoresUnfitException.class)
                .hasMessageContaining("denies access")
                .satisfies(e -> assertThat(e.toString()).doesNotContain("s3cret", "weak"));
        assertThat(wrong.state().toString()).contains("denies access").doesNotContain("s3cret", "weak");
    }

    // ---- told

    @Test
    void clocksThatDifferAreTold() {
        RedisTopology redis = SharedRedis.of(RedisTopology.Kind.SINGLE);
        UnifiedJedis client = closing.add(redis.newClient());
        Clock clock = new Clock();
        clock.pass(Duration.ofSeconds(90));
        RedisStores stores = closing.add(RedisStores.of(client, settings().build(), clock));
        assertThat(stores.state().faults()).isEmpty();
        assertThat(stores.state().warnings())
                .anyMatch(line -> line.contains("clock") && line.matches(".* (8\\d|9\\d|1\\d\\d) s behind .*"));
    }

    @Test
    void whatIsNotEncryptedToAnotherHostIsTold() {
        RedisStores far = closing.add(RedisStores.connect(RedisConfig.single("redis.invalid", 6379)
                .settings(settings().build())
                .build()));
        assertThat(far.state().warnings())
                .anyMatch(line -> line.contains("not encrypted") && line.contains("redis.invalid:6379"));
        RedisStores safe = closing.add(RedisStores.connect(RedisConfig.single("redis.invalid", 6379)
                .tls()
                .settings(settings().build())
                .build()));
        assertThat(safe.state().warnings()).isEmpty();
        RedisStores near = closing.add(RedisStores.connect(RedisConfig.single(
                        "127.0.0.1",
                        SharedRedis.of(RedisTopology.Kind.SINGLE).node().port())
                .settings(settings().build())
                .build()));
        assertThat(near.state().warnings()).noneMatch(line -> line.contains("not encrypted"));
    }

    // ---- heals

    @ParameterizedTest
    @EnumSource(names = {"SINGLE", "CLUSTER"})
    void whileItIsAwayThatIsSaidAndWhenItIsBackThatToo(RedisTopology.Kind kind) throws Exception {
        RedisTopology redis = ofItsOwn(kind);
        UnifiedJedis client = closing.add(RedisStoresTest.config(redis).build().newClient());
        RedisStores stores =
                closing.add(RedisStores.of(client, settings().build(), new Clock(), Duration.ofMillis(20)));
        stores.check();
        RedisProcess lost = kind == RedisTopology.Kind.SINGLE
                ? redis.node()
                : redis.ownerOf(JedisClusterCRC16.getSlot(prefix + ":fleet"));
        lost.killHard();
        awaitFault(stores, kind == RedisTopology.Kind.SINGLE ? "cannot be reached" : lost.port() + ": a primary");
        assertThatThrownBy(stores::check).isInstanceOf(StoresUnavailableException.class);
        lost.restart();
        awaitWell(stores);
        stores.check();
        assertThat(answer(claim(stores.dedupStore(), EVENT, ANNA))).isEqualTo(NEW);
    }

    @Test
    void whoIsAwayAtTheStartIsWaitedFor() throws Exception {
        RedisTopology redis = start("--maxmemory-policy", "allkeys-lru");
        RedisStores stores = stores(redis);
        redis.node().killHard();
        assertThatThrownBy(stores::check)
                .isInstanceOf(StoresUnavailableException.class)
                .hasMessageContaining("cannot be reached");
        redis.node().restart();
        assertThat(refusals(stores)).singleElement().asString().contains("allkeys-lru");
    }

    @Test
    void whoAsksForTheStateOfOneThatHangsIsNotHeldUp() {
        RedisTopology redis = start();
        RedisStores stores =
                stores(redis, settings().timeout(Duration.ofMillis(200)).build());
        redis.node().freeze();
        assertThat(stores.state().faults()).singleElement().asString().contains("200 ms");
        redis.node().thaw();
        awaitWell(stores);
    }

    @ParameterizedTest
    @EnumSource(names = {"SINGLE", "CLUSTER"})
    void whenTheDataIsGoneThatIsSaidUntilItIsBack(RedisTopology.Kind kind) {
        RedisTopology redis = ofItsOwn(kind);
        RedisStores stores = stores(redis);
        stores.check();
        Map<String, String> fleet;
        UnifiedJedis operator = closing.add(redis.newClient());
        fleet = operator.hgetAll(prefix + ":fleet");
        redis.nodes().forEach(RedisStartTest::flush);
        awaitFault(stores, "gone");
        // Another instance that starts meanwhile begins a fleet of its own, and does not hide it.
        RedisStores next = stores(redis);
        next.check();
        assertThat(next.state().faults()).isEmpty();
        int before = looks(redis);
        Await.until(
                PATIENCE,
                () -> stores.state().faults().contains(Gate.GONE) && looks(redis) > before + 1,
                () -> stores.state().toString());
        operator.hset(prefix + ":fleet", fleet);
        awaitWell(stores);
        awaitFault(next, "gone");
        next.check();
        assertThat(next.state().faults()).isEmpty();
    }

    private static void flush(RedisProcess node) {
        try (Jedis admin = node.connect()) {
            admin.flushAll();
        }
    }

    @Test
    void closedOnesSaySo() throws Exception {
        RedisStores stores = stores(SharedRedis.of(RedisTopology.Kind.SINGLE));
        stores.close();
        assertThat(stores.state().faults()).singleElement().asString().contains("closed");
        assertThatThrownBy(stores::check)
                .isInstanceOf(StoresUnavailableException.class)
                .hasMessageContaining("closed");
        assertThat(failure(claim(stores.dedupStore(), EVENT, ANNA)).kind()).isEqualTo(RedisFailure.Kind.CLOSED);
    }
}
