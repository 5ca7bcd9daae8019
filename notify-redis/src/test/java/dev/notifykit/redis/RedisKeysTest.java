package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.push.Target;
import dev.notifykit.redis.RedisKeys.PartitionedKey;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RedisKeysTest {

    /** Stored keys outlive builds: this must never change. */
    @Test
    void aKeyIsWhatItAlwaysWas() {
        PartitionedKey key = new RedisKeys(RedisSettings.defaults()).dedup(DedupKey.of("match-7"));
        assertThat(text(key)).isEqualTo("nk:{4}:d:c5e7f2cc7e55f7a9e8f8e954b9599846");
        assertThat(key.partition()).isEqualTo(4);
        assertThat(key.toString()).doesNotContain("c5e7");
    }

    /** Limits are forgotten after a while, but not by a fleet of two builds. */
    @Test
    void limitsAreWhereTheyAlwaysWere() {
        RedisKeys keys = new RedisKeys(RedisSettings.defaults());
        assertThat(new String(keys.rate("lane app/apns/PRODUCTION"), StandardCharsets.US_ASCII))
                .isEqualTo("nk:{bb6ddfec8c5fcb35960d710d325a4914}:r");
        assertThat(text(keys.cap(Target.apns("app", "phone-1"))))
                .isEqualTo("nk:{7}:c:eab07e4f119e9732f47e19d11a8d8020");
    }

    @Test
    void contentAndVersionAreNoPartOfAKey() {
        RedisKeys keys = new RedisKeys(RedisSettings.defaults());
        assertThat(text(keys.dedup(DedupKey.of("a").content("x").version(1))))
                .isEqualTo(text(keys.dedup(DedupKey.of("a"))));
    }

    @Test
    void allPartitionsAreUsed() {
        RedisKeys keys = new RedisKeys(
                RedisSettings.builder().prefix("acme").partitions(3).build());
        Set<Integer> partitions = IntStream.range(0, 100)
                .mapToObj(i -> keys.dedup(DedupKey.of("event-" + i)))
                .peek(key -> assertThat(text(key)).startsWith("acme:{" + key.partition() + "}:d:"))
                .map(PartitionedKey::partition)
                .collect(Collectors.toSet());
        assertThat(partitions).containsExactlyInAnyOrder(0, 1, 2);
    }

    private static String text(PartitionedKey key) {
        return new String(key.key(), StandardCharsets.US_ASCII);
    }
}
