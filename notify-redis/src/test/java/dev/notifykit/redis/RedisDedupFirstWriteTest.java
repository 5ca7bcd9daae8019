package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.UnifiedJedis;

/** A Redis that takes no writes, or none that grow: whichever call of a batch is the first to write, it finds out before it has any effect. */
@ParameterizedClass
@MethodSource("dev.notifykit.redis.server.RedisBinary#all")
@ExtendWith(RedisLogs.class)
class RedisDedupFirstWriteTest {

    private static final DedupKey HELD = DedupKey.of("held").content("2:1");
    private static final DedupKey SAID = DedupKey.of("said").content("2:1");
    private static final DedupKey LATER = DedupKey.of("later").content("2:1");
    private static final DedupKey LATER_STILL = DedupKey.of("later still");
    private static final TargetEnds SOME = TargetEnds.some(Set.of(Dedup.target(1)));

    private static RedisTopology redis;
    private static UnifiedJedis client;

    private final RedisKeys keys =
            new RedisKeys(RedisSettings.builder().partitions(1).build());
    private final RedisLink link = new RedisLink(client);

    @Parameter
    private RedisBinary version;

    @BeforeParameterizedClassInvocation
    static void start(RedisBinary binary) {
        redis = RedisTopology.single(binary);
        client = redis.newClient();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        client.close();
        redis.close();
    }

    @BeforeEach
    void begin() {
        forget();
    }

    @AfterEach
    void close() {
        client.configSet("maxmemory", "0");
        client.configSet("min-replicas-to-write", "0");
        link.close();
    }

    private void forget() {
        client.flushAll();
        assertThat(run(claim(HELD), claim(SAID), confirm(SAID, Dedup.ALL))).containsExactly("N", "N", "1");
    }

    private DedupCall<?> claim(DedupKey key) {
        return DedupCall.claim(keys.dedup(key), key, Dedup.ANNA, Dedup.TERMS, 0);
    }

    private DedupCall<?> confirm(DedupKey key, TargetEnds ends) {
        return DedupCall.confirm(keys.dedup(key), key, Dedup.ANNA, ends, Dedup.TERMS.ttl(), 0);
    }

    private DedupCall<?> renew(DedupKey key) {
        return DedupCall.renew(keys.dedup(key), Dedup.ANNA, Dedup.TERMS, 0);
    }

    private DedupCall<?> release(DedupKey key) {
        return DedupCall.release(keys.dedup(key), Dedup.ANNA, 0);
    }

    private List<String> run(DedupCall<?>... calls) {
        List<byte[]> args = new ArrayList<>(List.of(new Clock().shift()));
        for (DedupCall<?> call : calls) {
            args.add(call.text());
        }
        List<?> verdicts = (List<?>) link.run(new ScriptCall(
                Script.named("dedup"),
                List.of(calls).stream().map(DedupCall::key).toList(),
                args));
        return verdicts.stream()
                .map(verdict -> new String((byte[]) verdict, StandardCharsets.US_ASCII))
                .toList();
    }

    /** Each call and its verdict where nothing can grow. */
    private Map<DedupCall<?>, String> calls() {
        return Map.of(
                claim(LATER), "!OOM",
                claim(SAID), "D",
                confirm(HELD, Dedup.ALL), "1",
                confirm(HELD, SOME), "1",
                confirm(LATER, Dedup.ALL), "0",
                renew(HELD), "H",
                renew(SAID), "L",
                release(HELD), "1",
                release(SAID), "0");
    }

    @Test
    void withoutMemoryNothingBeginsWhateverComesFirst() {
        calls().forEach((first, verdict) -> {
            forget();
            client.configSet("maxmemory", "1");
            assertThat(run(first, claim(LATER_STILL), confirm(SAID, Dedup.ALL))).containsExactly(verdict, "!OOM", "1");
            client.configSet("maxmemory", "0");
            assertThat(client.exists(keys.dedup(LATER_STILL).key())).isFalse();
        });
    }

    @Test
    void whereNothingCanBeWrittenNothingIsDecided() {
        client.configSet("min-replicas-to-write", "1");
        calls().forEach((call, verdict) -> {
            RedisFailure failure = catchThrowableOfType(RedisFailure.class, () -> run(call));
            assertThat(failure).as(verdict).isNotNull();
            assertThat(failure.kind()).isEqualTo(RedisFailure.Kind.BUSY);
        });
        client.configSet("min-replicas-to-write", "0");
        assertThat(run(renew(HELD), claim(SAID), claim(LATER))).containsExactly("H", "D", "N");
    }
}
