package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.notifykit.push.InvalidConfigurationException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisConfigTest {

    @Test
    void allProblemsAreNamedAtOnce() {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> RedisSettings.builder()
                        .prefix("{x}")
                        .partitions(0)
                        .timeout(Duration.ZERO)
                        .build())
                .satisfies(e -> assertThat(e.problems()).hasSize(3));
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> RedisConfig.cluster()
                        .user("fleet")
                        .database(3)
                        .connections(1)
                        .build())
                .satisfies(e -> assertThat(e.problems()).hasSize(4));
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> RedisConfig.single("a", 1).node("b", 70_000).build())
                .satisfies(e -> assertThat(e.problems()).hasSize(2));
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> RedisConfig.sentinel(" ").build())
                .satisfies(e -> assertThat(e.problems()).hasSize(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a*", "a?", "[a]", "{a}", "ä", "a\n"})
    void aPrefixIsNeitherATagNorAPattern(String prefix) {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> RedisSettings.builder().prefix(prefix).build())
                .withMessageContaining("prefix");
    }

    @Test
    void secretsAreNotShown() {
        RedisConfig config = RedisConfig.single("redis.example", 6379)
                .user("fleet")
                .password(() -> "hunter2".toCharArray())
                .tls()
                .build();
        assertThat(config.toString()).doesNotContain("hunter2", "fleet").contains("TLS");
        assertThat(config.settings().prefix()).isEqualTo("nk");
        assertThat(config.settings().partitions()).isEqualTo(8);
    }
}
