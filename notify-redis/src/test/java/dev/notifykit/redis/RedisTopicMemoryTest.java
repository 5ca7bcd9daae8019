package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.device.InstallationId;
import dev.notifykit.push.AppId;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.topic.TopicMember;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.UnifiedJedis;

/** What topics cost in Redis: by MEMORY USAGE of every key, with ids as hosts have them, and nothing after all is pruned. */
class RedisTopicMemoryTest {

    private static final int MEMBERS = 5_000;
    private static final String NAME = "-memory";

    private final TestDevices stores = new TestDevices(RedisTopology.Kind.SINGLE, RedisBinary.preferred());
    private final RedisTopicStore store = stores.createTopics(NAME, 2_000, UnaryOperator.identity());

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void aUserInALargeTopic() {
        assertThat(perSubscription(
                        i -> TopicMember.user(UserId.of(UUID.randomUUID().toString()))))
                .isLessThan(450);
    }

    @Test
    void aDeviceInALargeTopic() {
        assertThat(perSubscription(i -> TopicMember.device(
                        UserId.of(UUID.randomUUID().toString()),
                        AppId.of("com.acme.app"),
                        InstallationId.of(UUID.randomUUID().toString()))))
                .isLessThan(560);
    }

    /** One more topic of a user costs little on the user's list. */
    @Test
    void aUserInManyTopics() {
        TopicMember ann = TopicMember.user(UserId.of("ann@example.com"));
        for (int i = 0; i < 100; i++) {
            join(store.create(TopicName.of("topic" + i), null));
        }
        long before = bytes().values().stream().mapToLong(Long::longValue).sum();
        for (int i = 0; i < 100; i++) {
            join(store.subscribe(TopicName.of("topic" + i), List.of(ann)));
        }
        long each = (bytes().values().stream().mapToLong(Long::longValue).sum() - before) / 100;
        assertThat(each).as("bytes per topic of one member").isLessThan(450);
    }

    @Test
    void whatHasEndedLeavesNothingWhenItIsPruned() {
        subscribe(i -> TopicMember.user(UserId.of("user " + i % 700)), 1_000);
        join(store.expire(TopicName.of("match:42"), Duration.ofMinutes(1)));
        stores.passTime(Duration.ofHours(1));

        for (int steps = 0; steps < 100 && join(store.prune(300, false)).more(); steps++) {
            assertThat(stores.keys(NAME)).isNotEmpty();
        }
        assertThat(stores.keys(NAME)).isEmpty();
    }

    @Test
    void anErasedUserLeavesNothingInTheEnd() {
        UserId ann = UserId.of("ann");
        join(store.subscribe(TopicName.of("match:42"), List.of(TopicMember.user(ann))));
        assertThat(join(store.erase(ann))).isEqualTo(1);
        join(store.delete(TopicName.of("match:42")));
        stores.passTime(Duration.ofHours(1));

        join(store.prune(100, false));

        assertThat(stores.keys(NAME)).isEmpty();
    }

    private long perSubscription(IntFunction<TopicMember> member) {
        subscribe(member, MEMBERS);
        Map<String, Long> bytes = bytes();
        bytes.replaceAll((kind, all) -> all / MEMBERS);
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    private void subscribe(IntFunction<TopicMember> member, int count) {
        List<TopicMember> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(member.apply(i));
            if (some.size() == 1_000) {
                join(store.subscribe(TopicName.of("match:42"), some));
                some.clear();
            }
        }
    }

    /** By the letter that says what a key is. */
    private Map<String, Long> bytes() {
        UnifiedJedis client = stores.client();
        return stores.keys(NAME).stream()
                .collect(Collectors.groupingBy(
                        key -> new String(key, StandardCharsets.US_ASCII)
                                .replaceAll(".*}:", "")
                                .substring(0, 1),
                        TreeMap::new,
                        Collectors.summingLong(key -> client.memoryUsage(key, 0))));
    }

    private static <T extends @Nullable Object> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
