package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;

/**
 * What an older build has stored is read, and gone on from: each released build leaves a dump in {@code dumps/<name>}, which is never changed
 * again. {@code -Dnotifykit.dump=<name>} writes that of this build into the sources.
 */
@ExtendWith(RedisLogs.class)
class DumpTest {

    private static final List<DumpPart> PARTS = List.of(
            new DumpedDedup(),
            new DumpedFanOuts(),
            new DumpedDevices(),
            new DumpedQueue(),
            new DumpedTopics(),
            new DumpedLimits());

    /** Of each the parts that its build had. */
    private static final List<String> DUMPS = List.of("step-4");

    private final Closing closing = new Closing();

    @AfterEach
    void closeAll() {
        closing.close();
    }

    @TestFactory
    Stream<DynamicTest> whatOlderBuildsHaveStoredIsGoneOnFrom() {
        return DUMPS.stream()
                .flatMap(dump -> PARTS.stream().flatMap(part -> {
                    DumpFile file = file(dump, part);
                    return file == null ? Stream.of() : Stream.of(test(dump, part, file));
                }));
    }

    /** And so is what this one stores, which is written on the way. */
    @TestFactory
    Stream<DynamicTest> whatThisBuildStoresIsGoneOnFrom() {
        @Nullable String name = System.getProperty("notifykit.dump");
        Path folder = name == null
                ? Path.of("target", "dump")
                : Path.of("src", "test", "resources", "dev", "notifykit", "redis", "dumps", name);
        return PARTS.stream()
                .map(part -> DynamicTest.dynamicTest(part.name(), () -> {
                    DumpFile file = write(part);
                    file.write(folder.resolve(fileName(part)));
                    goOn(part, file, RedisBinary.preferred());
                }));
    }

    private DynamicTest test(String dump, DumpPart part, DumpFile file) {
        return DynamicTest.dynamicTest(dump + " " + part.name(), () -> {
            for (RedisBinary binary : RedisBinary.all()) {
                goOn(part, file, binary);
            }
        });
    }

    private void goOn(DumpPart part, DumpFile file, RedisBinary binary) throws Exception {
        try (Restored restored = new Restored(file, SharedRedis.of(RedisTopology.Kind.SINGLE, binary))) {
            part.goOn(restored);
        }
    }

    private static @Nullable DumpFile file(String dump, DumpPart part) {
        try (InputStream file = DumpTest.class.getResourceAsStream("dumps/" + dump + "/" + fileName(part))) {
            return file == null ? null : DumpFile.read(file);
        } catch (Exception e) {
            throw new IllegalStateException(dump + ", " + part.name(), e);
        }
    }

    private static String fileName(DumpPart part) {
        return part.name() + ".redis";
    }

    private DumpFile write(DumpPart part) throws Exception {
        RedisTopology redis = SharedRedis.of(RedisTopology.Kind.SINGLE);
        String prefix = "t" + UUID.randomUUID();
        Clock clock = new Clock();
        try (UnifiedJedis client = redis.newClient();
                RedisStores stores = RedisStores.of(client, settings(prefix), clock);
                Jedis operator = redis.node().connect()) {
            part.work(stores, clock);
            DumpFile file = DumpFile.of(operator, prefix);
            assertThat(file.lines()).isNotEmpty();
            return file;
        }
    }

    private static RedisSettings settings(String prefix) {
        return RedisSettings.builder()
                .prefix(prefix)
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    private static final class Restored implements DumpPart.Dump, AutoCloseable {

        private final DumpFile file;
        private final RedisTopology redis;
        private final UnifiedJedis client;
        private final Closing opened = new Closing();
        private RedisSettings place = RedisSettings.defaults();
        private Clock clock = new Clock();

        Restored(DumpFile file, RedisTopology redis) {
            this.file = file;
            this.redis = redis;
            client = opened.add(redis.newClient());
        }

        @Override
        public Instant at() {
            return Instant.ofEpochMilli(file.at());
        }

        @Override
        public RedisStores heir(Duration passed) {
            place = settings("t" + UUID.randomUUID());
            try (Connection connection = new Connection(
                    redis.node().address(),
                    DefaultJedisClientConfig.builder().timeoutMillis(10_000).build())) {
                file.restore(connection, place.prefix());
            }
            clock = new Clock();
            clock.pass(Duration.between(Instant.now(), at().plus(passed)));
            return together();
        }

        @Override
        public RedisStores together() {
            return opened.add(RedisStores.of(client, place, clock));
        }

        @Override
        public void close() {
            opened.close();
        }
    }
}
