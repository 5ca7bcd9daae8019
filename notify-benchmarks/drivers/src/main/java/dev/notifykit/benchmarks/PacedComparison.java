package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Latencies;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** How long events took that were offered to all clients at the same rate. */
final class PacedComparison {

    private static final int RESULTS = 200;

    private final String title;
    private final Map<Client, List<PacedSample>> samples = new EnumMap<>(Client.class);

    PacedComparison(String title) {
        this.title = title;
    }

    void add(Client client, PacedSample sample) {
        samples.computeIfAbsent(client, c -> new ArrayList<>()).add(sample);
    }

    /** Whether every event was new to its client, and has its end. */
    boolean exact() {
        return samples.values().stream().flatMap(List::stream).allMatch(PacedSample::exact);
    }

    String markdown() {
        StringBuilder out = new StringBuilder();
        out.append("#### ").append(title).append("\n\n");
        out.append(
                "| | events/s | CPU µs per event | Redis' CPU µs | scripts per 200 | answered, p50 ms | p99 | p99.9 | ended, p50 ms | p99 | p99.9 |\n");
        out.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        samples.keySet()
                .forEach(client -> out.append("| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
                        .formatted(
                                client.label(),
                                rate(client).text(0, false),
                                cpu(client).text(1, false),
                                series(client, PacedSample::redisCpuMicros).text(1, false),
                                series(client, s -> s.scripts(RESULTS)).text(1, false),
                                answered(client, Latencies::median).text(2, false),
                                answered(client, Latencies::p99).text(2, false),
                                answered(client, Latencies::p999).text(2, false),
                                ended(client, Latencies::median).text(2, false),
                                ended(client, Latencies::p99).text(2, false),
                                ended(client, Latencies::p999).text(2, false))));
        compare(out, Client.DEDUP_ROAD, Client.POOLED_JEDIS);
        return out.append('\n').toString();
    }

    private void compare(StringBuilder out, Client ours, Client other) {
        out.append("| ours ÷ %s | %s | %s | | | %s | %s | %s | %s | %s | %s |%n"
                .formatted(
                        other.label(),
                        rate(ours).dividedBy(rate(other)).text(2, false),
                        cpu(ours).dividedBy(cpu(other)).text(2, false),
                        ratio(this::answered, Latencies::median, ours, other),
                        ratio(this::answered, Latencies::p99, ours, other),
                        ratio(this::answered, Latencies::p999, ours, other),
                        ratio(this::ended, Latencies::median, ours, other),
                        ratio(this::ended, Latencies::p99, ours, other),
                        ratio(this::ended, Latencies::p999, ours, other)));
    }

    private interface Figure {
        Series of(Client client, ToLongFunction<Latencies> percentile);
    }

    private static String ratio(Figure figure, ToLongFunction<Latencies> percentile, Client ours, Client other) {
        return figure.of(ours, percentile)
                .dividedBy(figure.of(other, percentile))
                .text(2, false);
    }

    private Series rate(Client client) {
        return series(client, s -> s.paced().reading().perSecond());
    }

    private Series cpu(Client client) {
        return series(client, s -> s.paced().reading().cpuMicros());
    }

    private Series answered(Client client, ToLongFunction<Latencies> percentile) {
        return series(client, s -> percentile.applyAsLong(s.paced().toAnswers()) / 1e6);
    }

    private Series ended(Client client, ToLongFunction<Latencies> percentile) {
        return series(client, s -> percentile.applyAsLong(s.paced().toEnds()) / 1e6);
    }

    private Series series(Client client, ToDoubleFunction<PacedSample> figure) {
        return new Series(samples.getOrDefault(client, List.of()).stream()
                .mapToDouble(figure)
                .toArray());
    }
}
