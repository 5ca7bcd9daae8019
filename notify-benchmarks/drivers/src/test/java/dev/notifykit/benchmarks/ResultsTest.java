package dev.notifykit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.benchmarks.harness.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a comparison to its charts, on figures that nobody measured. */
class ResultsTest {

    @Test
    void whatIsWrittenIsReadAndWhatIsMeasuredAgainTakesItsPlace(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("deep").resolve("results.json");
        Results first = Results.read(file);
        first.machine("a machine");
        first.library("netty 4");
        all(1_000).forEach(first::add);
        first.write(file);

        Results second = Results.read(file);
        assertThat(second.figures()).isEqualTo(first.figures()).isNotEmpty();
        all(2_000).forEach(second::add);
        second.write(file);

        assertThat(second.figures()).hasSameSizeAs(first.figures());
        assertThat(Results.read(file).figures()).isEqualTo(second.figures());
        assertThat(Files.readString(file)).contains("a machine", "netty 4");
    }

    @Test
    void aFileOfSomethingElseIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), "{}");

        assertThatThrownBy(() -> Results.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other.json");
    }

    @Test
    void eachVersionOfJavaHasItsCharts() {
        Map<String, String> charts = Charts.draw(all(1_000));

        assertThat(charts.keySet())
                .containsExactly(
                        "rate-java17.svg",
                        "cpu-java17.svg",
                        "in-flight-rate-java17.svg",
                        "in-flight-cpu-java17.svg",
                        "latency-java17.svg",
                        "recipients-20ms-java17.svg");
        assertThat(Charts.draw(all(1_000))).isEqualTo(charts);
    }

    @Test
    void clientsAreComparedWhereMostWereMeasuredAndGrowOverAll() {
        List<Figures> more = new ArrayList<>(all(1_000));
        Comparison third = Comparison.ofMessages(new Place("fcm", "17.0.15", 0, 1_000, 0), "");
        third.add(Client.FED_NETTY, sample(1_000));
        more.addAll(third.figures());
        Map<String, String> charts = Charts.draw(more);

        assertThat(points(charts.get("rate-java17.svg")))
                .as("two latencies, two clients, and a third one at one of them")
                .isEqualTo(5);
        assertThat(points(charts.get("in-flight-cpu-java17.svg")))
                .as("the same, at two numbers in flight, and the third one at one")
                .isEqualTo(9);
        assertThat(points(charts.get("latency-java17.svg"))).as("rate and CPU").isEqualTo(10);
        assertThat(points(charts.get("recipients-20ms-java17.svg")))
                .as("rate, CPU and heap")
                .isEqualTo(6);
        assertThat(charts.get("rate-java17.svg")).contains("1,000 at FCM").doesNotContain("lost or doubled");
    }

    @Test
    void whereAsManyWereMeasuredAtBothMoreInFlightAreCompared() {
        assertThat(Charts.draw(all(1_000)).get("rate-java17.svg")).contains("4,000 at FCM");
    }

    @Test
    void whoeverLosesMessagesHasAStar() {
        List<Figures> some = new ArrayList<>(all(1_000));
        some.add(Figures.of(
                new Place("fcm", "17.0.15", 20, 4_000, 0),
                Client.RAW_OKHTTP,
                List.of(new Sample(new Reading(100, 1_000_000, 1_000, 1, 97, 3, 0, 0), 101, 98, null))));

        assertThat(Charts.draw(some).get("in-flight-rate-java17.svg"))
                .contains(">raw OkHttp *<", "* lost or doubled messages.")
                .contains(">bare netty loop<");
    }

    private static int points(String svg) {
        return svg.split("class=\"point\"", -1).length - 1;
    }

    private static List<Figures> all(long cpuNanos) {
        List<Figures> all = new ArrayList<>();
        for (int latency : List.of(0, 20)) {
            for (int inFlight : List.of(1_000, 4_000)) {
                Comparison comparison = Comparison.ofMessages(new Place("fcm", "17.0.15", latency, inFlight, 0), "");
                for (Client client : List.of(Client.FCM_HTTP2_ROAD, Client.BARE_NETTY)) {
                    comparison.add(client, sample(cpuNanos));
                    comparison.add(client, sample(3 * cpuNanos));
                }
                all.addAll(comparison.figures());
            }
        }
        for (int recipients : List.of(100_000, 5_000_000)) {
            Comparison comparison = Comparison.ofRecipients(new Place("mixed", "17.0.15", 20, 1_000, recipients), "");
            comparison.add(Client.MIXED_MEMORY, sample(cpuNanos).withHeap(7_000_000));
            all.addAll(comparison.figures());
        }
        return all;
    }

    private static Sample sample(long cpuNanos) {
        return new Sample(new Reading(100, 1_000_000, cpuNanos, 1, 100, 0, 0, 0), 100, 100, null);
    }
}
