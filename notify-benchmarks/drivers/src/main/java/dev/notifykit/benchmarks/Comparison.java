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

    private static final int RESULTS = 200;

    private final String title;
    private final String unit;
    private final String arrived;
    private final Map<Client, List<Sample>> samples = new EnumMap<>(Client.class);

    private Comparison(String title, String unit, String arrived) {
        this.title = title;
        this.unit = unit;
        this.arrived = arrived;
    }

    Comparison(String title) {
        this(title, "message", "sent, each accepted once");
    }

    /** Of a store that knows each afterwards. */
    static Comparison ofEvents(String title) {
        return new Comparison(title, "event", "offered, each known once");
    }

    /** Of messages into a queue, and out of it. */
    static Comparison ofQueued(String title) {
        return new Comparison(title, "message", "messages, each once");
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
        boolean redis = samples.values().stream().flatMap(List::stream).anyMatch(s -> s.redis() != null);
        out.append("| | %ss/s | CPU µs per %s | bytes per %s |".formatted(unit, unit, unit));
        out.append(redis ? " Redis' CPU µs | scripts per " + RESULTS + " |" : "")
                .append(" at the server |\n");
        out.append("|---|--:|--:|--:|").append(redis ? "--:|--:|" : "").append("---|\n");
        samples.forEach((client, list) -> out.append("| %s | %s | %s | %s |%s %s |%n"
                .formatted(
                        client.label(),
                        rate(client).text(0, false),
                        cpu(client).text(1, false),
                        bytes(client).text(0, false) + (lostThreads(list) == 0 ? "" : " at least"),
                        redis ? redisCells(client) : "",
                        atServer(list))));
        compare(out, "ours", Client.APNS_ROAD, Client.RAW_PUSHY);
        compare(out, "ours", Client.FCM_ROAD, Client.RAW_OKHTTP);
        compare(out, "ours", Client.FCM_ROAD, Client.FIREBASE_ADMIN);
        compare(out, "ours", Client.DEDUP_ROAD, Client.POOLED_JEDIS);
        compare(out, "in Redis", Client.REDIS_FAN_OUT, Client.MEMORY_FAN_OUT);
        return out.append('\n').toString();
    }

    private String redisCells(Client client) {
        return usesRedis(client)
                ? " " + redisCpu(client).text(1, false) + " | "
                        + scripts(client).text(1, false) + " |"
                : " | |";
    }

    private void compare(StringBuilder out, String name, Client ours, Client other) {
        if (!samples.containsKey(ours) || !samples.containsKey(other)) {
            return;
        }
        boolean both = usesRedis(ours) && usesRedis(other);
        String ratios = both
                ? " %s | %s |"
                        .formatted(
                                redisCpu(ours).dividedBy(redisCpu(other)).text(2, false),
                                scripts(ours).dividedBy(scripts(other)).text(2, false))
                : usesRedis(ours) ? " | |" : "";
        out.append("| %s ÷ %s | %s | %s | %s |%s of medians %.2f, %.2f, %.2f |%n"
                .formatted(
                        name,
                        other.label(),
                        rate(ours).dividedBy(rate(other)).text(2, false),
                        cpu(ours).dividedBy(cpu(other)).text(2, false),
                        bytes(ours).dividedBy(bytes(other)).text(2, false),
                        ratios,
                        rate(ours).median() / rate(other).median(),
                        cpu(ours).median() / cpu(other).median(),
                        bytes(ours).median() / bytes(other).median()));
        out.append("| %s − %s | | %s | %s |%s of medians %+.1f µs, %+,.0f bytes |%n"
                .formatted(
                        name,
                        other.label(),
                        cpu(ours).minus(cpu(other)).text(1, true),
                        bytes(ours).minus(bytes(other)).text(0, true),
                        usesRedis(ours) ? " | |" : "",
                        cpu(ours).median() - cpu(other).median(),
                        bytes(ours).median() - bytes(other).median()));
    }

    private boolean usesRedis(Client client) {
        return samples.getOrDefault(client, List.of()).stream().anyMatch(s -> s.redis() != null);
    }

    private Series redisCpu(Client client) {
        return redis(client, RedisUse::cpuMicros, 1);
    }

    private Series scripts(Client client) {
        return redis(client, RedisUse::scripts, RESULTS);
    }

    private Series redis(Client client, ToDoubleFunction<RedisUse> figure, double per) {
        return new Series(samples.getOrDefault(client, List.of()).stream()
                .mapToDouble(s -> s.redis() == null
                        ? 0
                        : figure.applyAsDouble(s.redis()) * per / s.reading().messages())
                .toArray());
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

    private String atServer(List<Sample> list) {
        long sent = list.stream().mapToLong(s -> s.reading().messages()).sum();
        long missing = list.stream().mapToLong(Sample::missing).sum();
        long twice = list.stream().mapToLong(Sample::twice).sum();
        long failed = list.stream()
                .mapToLong(s -> s.reading().failed() + s.reading().unended())
                .sum();
        return missing == 0 && twice == 0 && failed == 0
                ? String.format(Locale.ROOT, "%,d %s", sent, arrived)
                : String.format(
                        Locale.ROOT,
                        "%,d sent, **%,d missing, %,d twice, %,d called failed**",
                        sent,
                        missing,
                        twice,
                        failed);
    }
}
