package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Reading;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** All samples of the clients of one vendor under one latency on one JDK. */
final class Comparison {

    private final String title;
    private final Map<Client, List<Sample>> samples = new EnumMap<>(Client.class);

    Comparison(String title) {
        this.title = title;
    }

    void add(Client client, Sample sample) {
        samples.computeIfAbsent(client, c -> new ArrayList<>()).add(sample);
    }

    /** Whether every message of every client arrived once and was told so. */
    boolean exact() {
        return samples.values().stream().flatMap(List::stream).allMatch(Sample::exact);
    }

    String markdown() {
        StringBuilder out = new StringBuilder();
        out.append("#### ").append(title).append("\n\n");
        out.append("| | messages/s | CPU µs per message | bytes per message | at the server |\n");
        out.append("|---|--:|--:|--:|---|\n");
        samples.forEach((client, list) -> out.append("| %s | %s | %s | %s | %s |%n"
                .formatted(
                        client.label(),
                        rate(client).text(0, false),
                        cpu(client).text(1, false),
                        bytes(client).text(0, false) + (lostThreads(list) == 0 ? "" : " at least"),
                        atServer(list))));
        compare(out, Client.APNS_ROAD, Client.RAW_PUSHY);
        compare(out, Client.FCM_ROAD, Client.RAW_OKHTTP);
        compare(out, Client.FCM_ROAD, Client.FIREBASE_ADMIN);
        return out.append('\n').toString();
    }

    private void compare(StringBuilder out, Client ours, Client other) {
        if (!samples.containsKey(ours) || !samples.containsKey(other)) {
            return;
        }
        out.append("| ours ÷ %s | %s | %s | %s | of medians %.2f, %.2f, %.2f |%n"
                .formatted(
                        other.label(),
                        rate(ours).dividedBy(rate(other)).text(2, false),
                        cpu(ours).dividedBy(cpu(other)).text(2, false),
                        bytes(ours).dividedBy(bytes(other)).text(2, false),
                        rate(ours).median() / rate(other).median(),
                        cpu(ours).median() / cpu(other).median(),
                        bytes(ours).median() / bytes(other).median()));
        out.append("| ours − %s | | %s | %s | of medians %+.1f µs, %+,.0f bytes |%n"
                .formatted(
                        other.label(),
                        cpu(ours).minus(cpu(other)).text(1, true),
                        bytes(ours).minus(bytes(other)).text(0, true),
                        cpu(ours).median() - cpu(other).median(),
                        bytes(ours).median() - bytes(other).median()));
    }

    private Series rate(Client client) {
        return series(client, Reading::perSecond);
    }

    private Series cpu(Client client) {
        return series(client, Reading::cpuMicros);
    }

    private Series bytes(Client client) {
        return series(client, Reading::bytesEach);
    }

    private Series series(Client client, ToDoubleFunction<Reading> figure) {
        return new Series(samples.getOrDefault(client, List.of()).stream()
                .map(Sample::reading)
                .mapToDouble(figure)
                .toArray());
    }

    private static long lostThreads(List<Sample> list) {
        return list.stream().mapToLong(s -> s.reading().lostThreads()).sum();
    }

    private static String atServer(List<Sample> list) {
        long sent = list.stream().mapToLong(s -> s.reading().messages()).sum();
        long missing = list.stream().mapToLong(Sample::missing).sum();
        long twice = list.stream().mapToLong(Sample::twice).sum();
        long failed = list.stream()
                .mapToLong(s -> s.reading().failed() + s.reading().unended())
                .sum();
        return missing == 0 && twice == 0 && failed == 0
                ? String.format(Locale.ROOT, "%,d sent, each accepted once", sent)
                : String.format(
                        Locale.ROOT,
                        "%,d sent, **%,d missing, %,d twice, %,d called failed**",
                        sent,
                        missing,
                        twice,
                        failed);
    }
}
