package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisVersionTest {

    @ParameterizedTest
    @CsvSource({
        "REDIS, 5.0.14, true, true",
        "REDIS, 6.0.20, true, true",
        "REDIS, 6.2.0, false, true",
        "REDIS, 6.2.19, false, true",
        "REDIS, 6.2.20, false, false",
        "REDIS, 7.0.15, false, true",
        "REDIS, 7.2.10, false, true",
        "REDIS, 7.2.11, false, false",
        "REDIS, 7.4.5, false, true",
        "REDIS, 7.4.6, false, false",
        "REDIS, 8.0.3, false, true",
        "REDIS, 8.0.4-int, false, false",
        "REDIS, 8.2.1, false, true",
        "REDIS, 8.2.2, false, false",
        "REDIS, 8.4.0, false, false",
        "REDIS, 10.0.0, false, false",
        "VALKEY, 7.2.4, false, true",
        "VALKEY, 7.2.11, false, false",
        "VALKEY, 8.0.5, false, true",
        "VALKEY, 8.0.6, false, false",
        "VALKEY, 8.1.3, false, true",
        "VALKEY, 8.1.4, false, false",
        "VALKEY, 9.0.0, false, false",
    })
    void knowsWhatIsTooOldAndWhatWasMended(RedisVersion.Product product, String text, boolean tooOld, boolean open) {
        RedisVersion version = RedisVersion.of(product, text).orElseThrow();
        assertThat(version.isTooOld()).isEqualTo(tooOld);
        assertThat(version.isOpenToScripts()).isEqualTo(open);
        assertThat(version)
                .hasToString(
                        (product == RedisVersion.Product.REDIS ? "Redis " : "Valkey ") + text.replaceAll("-.*", ""));
    }

    @Test
    void whatIsNoVersionIsNone() {
        for (String text : new String[] {"", "7", "7.0", "v7.0.1", "7.0.", "99999.0.0", "unstable"}) {
            assertThat(RedisVersion.of(RedisVersion.Product.REDIS, text))
                    .as(text)
                    .isEmpty();
        }
    }
}
