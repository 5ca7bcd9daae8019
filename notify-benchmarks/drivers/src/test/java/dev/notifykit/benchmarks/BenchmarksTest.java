package dev.notifykit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs all of it, tiny: every message of every client has to arrive once, and every client has to stand in the report. */
class BenchmarksTest {

    private boolean exact;

    @Test
    void everyClientSendsTheSameAndEachMessageArrivesOnce() throws IOException {
        String report = run("apns,fcm", "--latency", "2", "--in-flight", "500");

        assertThat(exact).as(report).isTrue();
        assertClients(report, "apns", "each accepted once");
        assertClients(report, "fcm", "each accepted once");
        assertThat(report)
                .contains("raw pushy, our APNs road, our APNs fan-out send the same payloads")
                .contains(
                        "raw OkHttp, our FCM road on OkHttp, our FCM road on notify-http2, our FCM fan-out on notify-http2,"
                                + " bare netty loop, netty fed by a thread, firebase-admin sendEach send the same payloads")
                .contains("| ours − raw pushy |")
                .contains("| ours on OkHttp ÷ raw OkHttp |")
                .contains("| our fan-out ÷ raw pushy |")
                .contains("| our fan-out ÷ bare netty loop |")
                .contains("| ours on notify-http2 ÷ bare netty loop |")
                .contains("| ours on notify-http2 ÷ firebase-admin sendEach |");
    }

    @Test
    void theRoadAloneAndFanOutsAreMeasured() throws IOException {
        String report = run("road,fanout");

        assertThat(rows(report, "our road")).hasSize(1);
        assertThat(rows(report, "provider by hand")).hasSize(1);
        assertThat(rows(report, "many ÷ few")).hasSize(1);
    }

    @Test
    void mixedFanOutsAreMeasuredKeptAndDrawn(@TempDir Path folder) throws IOException {
        Path results = folder.resolve("results.json");

        String report = run(
                "mixed",
                "--latency",
                "2",
                "--recipients",
                "1000000,2000000",
                "--results",
                results.toString(),
                "--charts",
                folder.toString());

        assertThat(exact).as(report).isTrue();
        for (String client : List.of("in memory", "in Redis", "in Redis, two instances")) {
            assertThat(rows(report, "progress " + client))
                    .as(client)
                    .hasSize(2)
                    .allMatch(row -> row.contains("each accepted once"));
        }
        assertThat(report).contains("| two instances ÷ progress in Redis |").contains("heap after");
        assertThat(Results.read(results).figures()).hasSize(6);
        assertThat(folder).isDirectoryContaining("glob:**recipients-*.svg");
    }

    @Test
    void theStoresInRedisAreMeasured() throws IOException {
        String report = run("dedup,submit,redis-fanout,redis-memory", "--latency", "2");

        assertThat(exact).as(report).isTrue();
        assertClients(report.substring(0, report.indexOf("events/s offered")), "dedup", "each known once");
        assertClients(report, "submit", "each once");
        assertClients(report, "progress", "each accepted once");
        assertThat(report)
                .containsPattern("Redis \\d+\\.\\d+")
                .contains("| in Redis ÷ fan-out in memory |")
                .containsPattern("events/s offered(?s:.*)\\| ours ÷ one EVALSHA, pooled Jedis \\|");
        assertThat(rows(report, "dedup entry, confirmed")).hasSize(1);
        assertThat(rows(report, "parked row, APNs token")).hasSize(1);
        assertThat(rows(report, "queued message, its dedup entry too")).hasSize(1);
    }

    private static void assertClients(String report, String vendor, String arrived) {
        for (Client client : Client.values()) {
            if (client.vendor().equals(vendor)) {
                assertThat(rows(report, client.label()))
                        .as(client.label())
                        .hasSize(1)
                        .allMatch(row -> row.contains(arrived));
            }
        }
    }

    private String run(String... args) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.addAll(List.of("--quick", "--rounds", "1", "--scale", "0.002"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        exact = Benchmarks.run(
                Arguments.parse(all.toArray(String[]::new)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static List<String> rows(String report, String label) {
        return report.lines()
                .filter(line -> line.startsWith("| " + label + " |"))
                .toList();
    }
}
