package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.ANNA;
import static dev.notifykit.redis.Dedup.BERT;
import static dev.notifykit.redis.Dedup.DUPLICATE;
import static dev.notifykit.redis.Dedup.NEW;
import static dev.notifykit.redis.Dedup.TERMS;
import static dev.notifykit.redis.Dedup.answer;
import static dev.notifykit.redis.Dedup.claim;
import static dev.notifykit.redis.Dedup.confirm;
import static dev.notifykit.redis.Dedup.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.testkit.junit.Leaks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;

/** A dedup store whose Redis restarts, hangs, dies, fills up, or holds what nobody can read. */
@ParameterizedClass
@MethodSource("dev.notifykit.redis.server.RedisBinary#all")
@ExtendWith(RedisLogs.class)
class RedisDedupFaultsTest {

    private static final DedupKey EVENT = DedupKey.of("match-7").content("2:1");
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(50);

    private static RedisTopology redis;
    private static UnifiedJedis client;

    private final Jedis jedis = redis.node().connect();
    private final List<RedisStores> made = new ArrayList<>();
    private String lastPrefix = "";

    @Parameter
    private RedisBinary version;

    @BeforeParameterizedClassInvocation
    static void start(RedisBinary binary) {
        redis = RedisTopology.single(binary, "--appendonly", "yes", "--appendfsync", "always");
        client = redis.newClient();
    }

    @AfterEach
    void closeStores() {
        made.forEach(RedisStores::close);
        jedis.close();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        client.close();
        redis.close();
    }

    @Test
    void forgottenScriptsAreSentAgain() throws Exception {
        DedupStore store = store(LONG);
        assertThat(answer(claim(store, EVENT, ANNA))).isEqualTo(NEW);
        redis.node().scriptFlush();

        assertThat(answer(confirm(store, EVENT, ANNA))).isTrue();
    }

    @Test
    void aRestartIsNotNoticed() throws Exception {
        DedupStore store = store(LONG);
        // Several at one time would not open several connections: they ride together.
        client.set("warm", "1");
        assertThat(answer(claim(store, EVENT, ANNA))).isEqualTo(NEW);
        redis.node().restart();

        assertThat(answer(confirm(store, EVENT, ANNA))).isTrue();
        assertThat(answer(claim(store, EVENT, BERT))).isEqualTo(DUPLICATE);
    }

    @Test
    void aDeadRedisIsAFailureUntilItIsBack() throws Exception {
        DedupStore store = store(LONG);
        assertThat(answer(claim(store, EVENT, ANNA))).isEqualTo(NEW);
        redis.node().killHard();
        assertThat(failure(confirm(store, EVENT, ANNA)).mayHaveRun()).isFalse();
        assertThat(failure(claim(store, EVENT, ANNA)).kind()).isEqualTo(RedisFailure.Kind.UNREACHABLE);
        redis.node().restart();

        assertThat(answer(confirm(store, EVENT, ANNA))).isTrue();
    }

    @Test
    void aFrozenRedisIsAFailureInTime() throws Exception {
        DedupStore store = store(SHORT);
        DedupKey other = DedupKey.of("match-8");
        redis.node().freeze();
        try {
            CompletionStage<Claim> sent = claim(store, EVENT, ANNA);
            CompletionStage<Claim> waiting = claim(store, other, ANNA);
            assertThat(failure(sent).kind()).isEqualTo(RedisFailure.Kind.TIMED_OUT);
            assertThat(failure(sent).mayHaveRun()).isTrue();
            assertThat(failure(waiting).kind()).isEqualTo(RedisFailure.Kind.TIMED_OUT);
        } finally {
            redis.node().thaw();
        }
        DedupStore patient = store(LONG, lastPrefix);
        assertThat(answer(claim(patient, EVENT, ANNA)))
                .as("it ran, or runs now")
                .isEqualTo(NEW);
        assertThat(answer(claim(patient, EVENT, BERT))).isInstanceOf(Claim.InFlight.class);
    }

    @Test
    void whatWaitsIsBounded() throws Exception {
        int tooMany = 1_000;
        DedupStore store = store(LONG);
        List<CompletionStage<Claim>> claims = new ArrayList<>();
        Set<CompletionStage<Claim>> refused;
        redis.node().freeze();
        try {
            IntStream.range(0, Batches.MAX_WAITING + Batches.MAX_TOGETHER + tooMany)
                    .forEach(i -> claims.add(claim(store, DedupKey.of("event-" + i), ANNA)));
            refused = claims.stream()
                    .filter(claim -> claim.toCompletableFuture().isDone())
                    .collect(Collectors.toSet());
            assertThat(refused).hasSizeGreaterThanOrEqualTo(tooMany);
            for (CompletionStage<Claim> claim : refused) {
                assertThat(failure(claim).kind()).isEqualTo(RedisFailure.Kind.OVERLOADED);
            }
        } finally {
            redis.node().thaw();
        }
        for (CompletionStage<Claim> claim : claims) {
            if (!refused.contains(claim)) {
                assertThat(answer(claim)).isEqualTo(NEW);
            }
        }
        assertThat(answer(claim(store, EVENT, ANNA))).isEqualTo(NEW);
    }

    @Test
    void closedWhileRedisHangsEverythingEnds() throws Exception {
        Leaks leaks = Leaks.watch();
        DedupStore store = store(LONG);
        redis.node().freeze();
        try {
            List<CompletionStage<Claim>> claims = IntStream.range(0, 1_000)
                    .mapToObj(i -> claim(store, DedupKey.of("event-" + i), ANNA))
                    .toList();
            made.get(0).close();
            for (CompletionStage<Claim> claim : claims) {
                assertThat(failure(claim).kind()).isEqualTo(RedisFailure.Kind.CLOSED);
            }
            assertThat(failure(claim(store, EVENT, ANNA)).kind()).isEqualTo(RedisFailure.Kind.CLOSED);
        } finally {
            redis.node().thaw();
        }
        leaks.check();
    }

    @Test
    void whatIsNotOursFailsAlone() throws Exception {
        DedupStore store = store(LONG);
        List<DedupKey> events =
                IntStream.range(0, 5).mapToObj(i -> DedupKey.of("event-" + i)).toList();
        jedis.lpush(key(events.get(0)), "x");
        jedis.set(key(events.get(1)), "a note of somebody else");
        jedis.set(key(events.get(2)), "2\nsomething newer\n.");
        jedis.set(key(events.get(3)), "");
        List<CompletionStage<Claim>> claims = together(store, events);

        for (CompletionStage<Claim> claim : claims.subList(0, 4)) {
            assertThat(failure(claim).kind()).isEqualTo(RedisFailure.Kind.DAMAGED);
        }
        assertThat(failure(claims.get(0))).hasMessageContaining("type");
        assertThat(failure(claims.get(2))).hasMessageContaining("newer build");
        assertThat(answer(claims.get(4))).isEqualTo(NEW);
        assertThat(failure(confirm(store, events.get(0), ANNA)).kind()).isEqualTo(RedisFailure.Kind.DAMAGED);
        assertThat(failure(store.renew(events.get(1), ANNA, TERMS)).kind()).isEqualTo(RedisFailure.Kind.DAMAGED);
        assertThat(failure(store.release(events.get(2), ANNA)).kind()).isEqualTo(RedisFailure.Kind.DAMAGED);
        assertThat(jedis.lrange(key(events.get(0)), 0, -1))
                .as("nothing of it was touched")
                .containsExactly("x");
        assertThat(jedis.get(key(events.get(1)))).isEqualTo("a note of somebody else");
    }

    @Test
    void aPartOfAnEntryIsNeverTakenForTheWhole() throws Exception {
        DedupStore store = store(LONG);
        answer(claim(store, EVENT.version(5), ANNA));
        answer(store.confirm(EVENT, ANNA, TargetEnds.some(Set.of(Dedup.target(1))), TERMS.ttl()));
        answer(claim(store, EVENT.content("3:1").version(6), BERT));
        String whole = jedis.get(key(EVENT));
        for (int length = 0; length < whole.length(); length++) {
            jedis.set(key(EVENT), whole.substring(0, length));
            assertThat(failure(claim(store, EVENT, ANNA)).kind())
                    .as("the first %s characters", length)
                    .isEqualTo(RedisFailure.Kind.DAMAGED);
        }
        jedis.set(key(EVENT), whole);
        assertThat(answer(store.renew(EVENT, BERT, TERMS))).isEqualTo(Standing.HELD);
    }

    @Test
    void whatANewerBuildAddedStays() throws Exception {
        DedupStore store = store(LONG);
        answer(claim(store, EVENT, ANNA));
        String entry = jedis.get(key(EVENT));
        jedis.set(key(EVENT), entry.substring(0, entry.length() - 1) + "x something new\n.");
        assertThat(answer(confirm(store, EVENT, ANNA))).isTrue();

        assertThat(jedis.get(key(EVENT))).startsWith("1\nc").endsWith("\nx something new\n.");
        assertThat(answer(claim(store, EVENT, BERT))).isEqualTo(DUPLICATE);
    }

    @Test
    void withoutMemoryNothingNewBeginsAndAllElseEnds() throws Exception {
        DedupStore store = store(LONG);
        DedupKey confirmed = DedupKey.of("confirmed");
        DedupKey released = DedupKey.of("released");
        DedupKey later = DedupKey.of("later");
        answer(claim(store, EVENT, ANNA));
        answer(claim(store, confirmed, ANNA));
        answer(claim(store, released, ANNA));
        jedis.configSet("maxmemory", "1");
        try {
            assertThat(failure(claim(store, later, ANNA)).kind()).isEqualTo(RedisFailure.Kind.OUT_OF_MEMORY);
            redis.node().freeze();
            CompletionStage<Boolean> first = confirm(store, confirmed, ANNA);
            CompletionStage<Claim> refused = claim(store, later, ANNA);
            CompletionStage<Boolean> noted = confirm(store, EVENT, ANNA);
            CompletionStage<Claim> refusedToo = claim(store, DedupKey.of("later still"), ANNA);
            CompletionStage<Boolean> given = store.release(released, ANNA);
            CompletionStage<Claim> known = claim(store, confirmed, BERT);
            redis.node().thaw();

            assertThat(answer(first)).isTrue();
            assertThat(answer(noted)).isTrue();
            assertThat(answer(given)).isTrue();
            assertThat(answer(known)).isEqualTo(DUPLICATE);
            assertThat(failure(refused).kind()).isEqualTo(RedisFailure.Kind.OUT_OF_MEMORY);
            assertThat(failure(refusedToo).kind()).isEqualTo(RedisFailure.Kind.OUT_OF_MEMORY);
            assertThat(jedis.exists(key(later))).isFalse();
        } finally {
            redis.node().thaw();
            jedis.configSet("maxmemory", "0");
        }
        assertThat(answer(claim(store, later, ANNA))).isEqualTo(NEW);
    }

    @Test
    void everyEntryHasATimeToLive() throws Exception {
        DedupStore store = store(LONG);
        answer(claim(store, EVENT, ANNA));
        assertThat(jedis.pttl(key(EVENT))).isPositive();
        answer(confirm(store, EVENT, ANNA));
        assertThat(jedis.pttl(key(EVENT))).isPositive();
        answer(claim(store, EVENT.version(7), BERT));
        assertThat(jedis.pttl(key(EVENT))).as("of what was only noted").isPositive();
        answer(claim(store, EVENT.content("other"), BERT));
        answer(store.release(EVENT, BERT));
        assertThat(jedis.pttl(key(EVENT))).isPositive();
    }

    @Test
    void hostileNamesAreOnlyHashed() throws Exception {
        DedupStore store = store(LONG);
        List<String> ids = List.of("{0}", "a b\r\nSET x 1", "\0", "\uD800", "é", "*", "x".repeat(512));
        for (String id : ids) {
            DedupKey hostile = DedupKey.of(id).content(id);
            assertThat(answer(claim(store, hostile, ANNA))).as("new").isEqualTo(NEW);
            assertThat(answer(confirm(store, hostile, ANNA))).isTrue();
            assertThat(jedis.get(key(hostile)).getBytes(StandardCharsets.UTF_8).length)
                    .isLessThan(100);
        }
        assertThat(jedis.keys(lastPrefix + ":{*"))
                .hasSize(ids.size())
                .allMatch(key -> key.matches(".*:\\{[0-7]\\}:d:[0-9a-f]{32}"));
    }

    /** Claims that Redis gets in one script. */
    private List<CompletionStage<Claim>> together(DedupStore store, List<DedupKey> keys) {
        redis.node().freeze();
        try {
            claim(store, DedupKey.of("first"), ANNA);
            return keys.stream().map(key -> claim(store, key, ANNA)).toList();
        } finally {
            redis.node().thaw();
        }
    }

    private DedupStore store(Duration timeout) {
        return store(timeout, "t" + UUID.randomUUID());
    }

    private DedupStore store(Duration timeout, String prefix) {
        lastPrefix = prefix;
        RedisStores stores = RedisStores.of(client, settings(timeout, prefix));
        made.add(stores);
        return stores.dedupStore();
    }

    private static RedisSettings settings(Duration timeout, String prefix) {
        return RedisSettings.builder()
                .prefix(prefix)
                .partitions(1) // so that all calls ride together
                .timeout(timeout)
                .build();
    }

    private String key(DedupKey key) {
        return new String(new RedisKeys(settings(LONG, lastPrefix)).dedup(key).key(), StandardCharsets.US_ASCII);
    }
}
