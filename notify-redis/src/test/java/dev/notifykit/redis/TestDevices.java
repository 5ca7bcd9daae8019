package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Device and topic stores for tests: each knows nothing. Not thread-safe. */
final class TestDevices extends TestRedis {

    private final RedisLink link;
    private final List<Runnable> made = new ArrayList<>();
    private Duration passed = Duration.ZERO;

    TestDevices(RedisTopology.Kind kind, RedisBinary binary) {
        super(SharedRedis.of(kind, binary));
        link = new RedisLink(limited);
    }

    /** A store that nobody shares. */
    RedisDeviceStore create(int devicesPerUser, Duration deadTokenTtl) {
        return create("-" + made.size(), devicesPerUser, deadTokenTtl, UnaryOperator.identity());
    }

    /** A store that shares all with those of the same name, over a way to Redis that may do as it likes. */
    RedisDeviceStore create(
            String name,
            int devicesPerUser,
            Duration deadTokenTtl,
            UnaryOperator<Function<List<ScriptCall>, List<Object>>> way) {
        RedisDeviceStore store = new RedisDeviceStore(
                way.apply(link::runAll),
                new KeyScan(link, new RedisNodes(limited)),
                settings(name),
                clock,
                devicesPerUser,
                deadTokenTtl);
        made.add(store::close);
        return store;
    }

    /** A topic store that nobody shares. */
    RedisTopicStore createTopics(int topicsPerUser) {
        return createTopics("-" + made.size(), topicsPerUser, UnaryOperator.identity());
    }

    /** A topic store that shares all with those of the same name, over a way to Redis that may do as it likes. */
    RedisTopicStore createTopics(
            String name, int topicsPerUser, UnaryOperator<Function<List<ScriptCall>, List<Object>>> way) {
        RedisTopicStore store = new RedisTopicStore(way.apply(link::runAll), settings(name), clock, topicsPerUser);
        made.add(store::close);
        return store;
    }

    private RedisSettings settings(String name) {
        return RedisSettings.builder()
                .prefix(prefix(name))
                .timeout(Duration.ofSeconds(60))
                .build();
    }

    /** As the scripts have it; these machines share a clock. */
    Instant now() {
        return Instant.now().plus(passed);
    }

    @Override
    void passTime(Duration by) {
        passed = passed.plus(by);
        super.passTime(by);
    }

    /** All keys of a store. */
    List<byte[]> keys(String name) {
        return nodes.stream()
                .flatMap(node -> node.keys((prefix(name) + ":*").getBytes(StandardCharsets.US_ASCII)).stream())
                .toList();
    }

    RedisKeys keysOf(String name) {
        return new RedisKeys(RedisSettings.builder().prefix(prefix(name)).build());
    }

    /** A way to Redis that is cut after so many scripts, the last of which may lose its answer. */
    static Function<List<ScriptCall>, List<Object>> cutAfter(
            Function<List<ScriptCall>, List<Object>> way, int scripts, boolean lost) {
        int[] left = {scripts};
        return calls -> {
            List<Object> answers = new ArrayList<>();
            for (ScriptCall call : calls) {
                left[0]--;
                Object answer = left[0] >= 0 || left[0] == -1 && lost
                        ? way.apply(List.of(call)).get(0)
                        : null;
                answers.add(left[0] >= 0 ? answer : new RedisFailure(RedisFailure.Kind.LOST, ""));
            }
            return answers;
        };
    }

    @Override
    public void close() {
        made.forEach(Runnable::run);
        link.close();
        super.close();
    }
}
