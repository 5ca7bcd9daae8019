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
    void aSeriesHasItsPeersAndItsNumbersInFlight() {
        Arguments arguments = Arguments.parse(
                "fcm", "--in-flight", "500,4000", "--peers", "bare-netty,fcm-http2-road", "--recipients", "10,20");

        assertThat(arguments.inFlightOr(7)).containsExactly(500, 4_000);
        assertThat(arguments.peers()).containsExactlyInAnyOrder(Client.BARE_NETTY, Client.FCM_HTTP2_ROAD);
        assertThat(arguments.recipients()).containsExactly(10, 20);
        assertThat(Arguments.parse("fcm").inFlightOr(7)).containsExactly(7);
        assertThat(Arguments.parse("fcm").peers()).containsExactlyInAnyOrder(Client.values());
    }

    @Test
    void chartsAloneMeasureNothing() {
        Arguments arguments = Arguments.parse("charts", "--results", "results.json", "--charts", "out");

        assertThat(arguments.parts()).isEmpty();
        assertThat(arguments.results()).isEqualTo(Path.of("results.json"));
        assertThat(arguments.charts()).isEqualTo(Path.of("out"));
        assertThatThrownBy(() -> Arguments.parse("charts")).hasMessageContaining("--results");
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> Arguments.parse("--warp")).hasMessageContaining("--warp");
        assertThatThrownBy(() -> Arguments.parse("fcm", "--peers", "carrier-pigeon"))
                .hasMessageContaining("carrier-pigeon");
        assertThatThrownBy(() -> Arguments.parse("fcm", "--in-flight", "0")).hasMessageContaining("--in-flight");
        assertThatThrownBy(() -> Arguments.parse("--rounds")).hasMessageContaining("--rounds");
        assertThatThrownBy(() -> Arguments.parse("--jdk", "/nowhere")).hasMessageContaining("/nowhere");
        assertThatThrownBy(() -> Arguments.parse("all", "--rounds", "0")).isInstanceOf(IllegalArgumentException.class);
    }
}
