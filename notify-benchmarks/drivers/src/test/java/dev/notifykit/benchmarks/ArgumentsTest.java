package dev.notifykit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.benchmarks.Arguments.Part;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

    @Test
    void everythingIsMeasuredUnlessSomethingIsNamed() {
        assertThat(Arguments.parse().parts()).containsExactlyInAnyOrder(Part.values());
        assertThat(Arguments.parse("all").parts()).containsExactlyInAnyOrder(Part.values());
        assertThat(Arguments.parse("redis-fanout").parts()).containsExactly(Part.REDIS_FANOUT);
        assertThat(Arguments.parse("apns,road").parts()).containsExactlyInAnyOrder(Part.APNS, Part.ROAD);
    }

    @Test
    void optionsAreRead() {
        String home = System.getProperty("java.home");

        Arguments arguments =
                Arguments.parse("fcm", "--jdk", home + "," + home, "--latency", "5,7", "--rounds", "3", "--scale", "2");

        assertThat(arguments.jdks()).containsExactly(Path.of(home), Path.of(home));
        assertThat(arguments.latencies()).containsExactly(5, 7);
        assertThat(arguments.rounds()).isEqualTo(3);
        assertThat(arguments.scaled(1_000)).isEqualTo(2_000);
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> Arguments.parse("--warp")).hasMessageContaining("--warp");
        assertThatThrownBy(() -> Arguments.parse("--rounds")).hasMessageContaining("--rounds");
        assertThatThrownBy(() -> Arguments.parse("--jdk", "/nowhere")).hasMessageContaining("/nowhere");
        assertThatThrownBy(() -> Arguments.parse("all", "--rounds", "0")).isInstanceOf(IllegalArgumentException.class);
    }
}
