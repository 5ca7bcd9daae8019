package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Reading;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** All samples of the clients of one vendor under one latency on one JDK. */
final class Comparison {

    private static final int RESULTS = 200;
    private static final int KILOBYTE = 1024;
    private static final int MINUTE = 60;
    private static final String MESSAGE = "message";
    private static final String RECIPIENT = "recipient";
    private static final String ACCEPTED = "sent, each accepted once";

    private final @Nullable Place place;
    private final String title;
    private final String unit;
    private final String arrived;
    private final Map<Client, List<Sample>> samples = new EnumMap<>(Client.class);

    private Comparison(@Nullable Place place, String title, String unit, String arrived) {
        this.place = place;
        this.title = title;
        this.unit = unit;
        this.arrived = arrived;
    }

    Comparison(String title) {
        this(null, title, MESSAGE, ACCEPTED);
    }

    /** Of clients that send message by message. */
    static Comparison ofMessages(Place place, String title) {
        return new Comparison(place, title, MESSAGE, ACCEPTED);
    }

    /** Of fan-outs. */
    static Comparison ofRecipients(Place place, String title) {
        return new Comparison(place, title, RECIPIENT, ACCEPTED);
    }

    /** Of a store that knows each afterwards. */
    static Comparison ofEvents(String title) {
        return new Comparison(null, title, "event", "offered, each known once");
    }

    /** Of messages into a queue, and out of it. */
    static Comparison ofQueued(String title) {
        return new Comparison(null, title, MESSAGE, "messages, each once");
    }

    void add(Client client, Sample sample) {
        samples.computeIfAbsent(client, c -> new ArrayList<>()).add(sample);
    }

    /** Whether every message of every client arrived once and was told so. */
    boolean exact() {
        return samples.values().stream().flatMap(List::stream).allMatch(Sample::exact);
    }

    /** For the file of results; none where nobody reads them there. */
    List<Figures> figures() {
        List<Figures> all = new ArrayList<>();
        if (place != null) {
            samples.forEach((client, list) -> all.add(Figures.of(place, client, list)));
        }
        return all;
    }

    String markdown() {
        StringBuilder out = new StringBuilder();
        out.append("#### ").append(title).append("\n\n");
        boolean redis = samples.values().stream().flatMap(List::stream).anyMatch(s -> s.redis() != null);
        boolean heap = looksAtHeap();
        out.append("| | %ss/%s | CPU µs per %s | bytes per %s |".formatted(unit, isFanOut() ? "min" : "s", unit, unit));
        out.append(redis ? " Redis' CPU µs | scripts per " + RESULTS + " |" : "")
                .append(heap ? " heap after, KB |" : "")
                .append(" at the server |\n");
        out.append("|---|--:|--:|--:|")
                .append(redis ? "--:|--:|" : "")
                .append(heap ? "--:|" : "")
                .append("---|\n");
        samples.forEach((client, list) -> out.append("| %s | %s | %s | %s |%s %s |%n"
                .formatted(
                        client.label(),
                        rate(client).text(0, false),
                        cpu(client).text(1, false),
                        bytes(client).text(0, false) + (lostThreads(list) == 0 ? "" : " at least"),
                        (redis ? redisCells(client) : "") + (heap ? heapCell(list) : ""),
                        atServer(list))));
        compare(out, "ours", Client.APNS_ROAD, Client.RAW_PUSHY);
        compare(out, "our fan-out", Client.APNS_FAN_OUT, Client.RAW_PUSHY);
        compare(out, "ours on OkHttp", Client.FCM_ROAD, Client.RAW_OKHTTP);
        compare(out, "ours on OkHttp", Client.FCM_ROAD, Client.FIREBASE_ADMIN);
        compare(out, "ours on notify-http2", Client.FCM_HTTP2_ROAD, Client.BARE_NETTY);
        compare(out, "ours on notify-http2", Client.FCM_HTTP2_ROAD, Client.FED_NETTY);
        compare(out, "our fan-out", Client.FCM_FAN_OUT, Client.BARE_NETTY);
        compare(out, "ours on notify-http2", Client.FCM_HTTP2_ROAD, Client.RAW_OKHTTP);
        compare(out, "ours on notify-http2", Client.FCM_HTTP2_ROAD, Client.FIREBASE_ADMIN);
        compare(out, "our fan-out", Client.FCM_FAN_OUT, Client.FIREBASE_ADMIN);
        compare(out, "ours", Client.DEDUP_ROAD, Client.POOLED_JEDIS);
        compare(out, "in Redis", Client.REDIS_FAN_OUT, Client.MEMORY_FAN_OUT);
        compare(out, "in Redis", Client.MIXED_REDIS, Client.MIXED_MEMORY);
        compare(out, "two instances", Client.MIXED_REDIS_TWO, Client.MIXED_REDIS);
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
        String heap = looksAtHeap() ? " |" : "";
        out.append("| %s ÷ %s | %s | %s | %s |%s of medians %.2f, %.2f, %.2f |%n"
                .formatted(
                        name,
                        other.label(),
                        rate(ours).dividedBy(rate(other)).text(2, false),
                        cpu(ours).dividedBy(cpu(other)).text(2, false),
                        bytes(ours).dividedBy(bytes(other)).text(2, false),
                        ratios + heap,
                        rate(ours).median() / rate(other).median(),
                        cpu(ours).median() / cpu(other).median(),
                        bytes(ours).median() / bytes(other).median()));
        out.append("| %s − %s | | %s | %s |%s of medians %+.1f µs, %+,.0f bytes |%n"
                .formatted(
                        name,
                        other.label(),
                        cpu(ours).minus(cpu(other)).text(1, true),
                        bytes(ours).minus(bytes(other)).text(0, true),
                        (usesRedis(ours) ? " | |" : "") + heap,
                        cpu(ours).median() - cpu(other).median(),
                        bytes(ours).median() - bytes(other).median()));
    }

    private boolean looksAtHeap() {
        return samples.values().stream().flatMap(List::stream).anyMatch(s -> s.heapBytes() > 0);
    }

    private boolean isFanOut() {
        return unit.equals(RECIPIENT);
    }

    private static String heapCell(List<Sample> list) {
        return " "
                + new Series(list.stream()
                                .mapToDouble(s -> (double) s.heapBytes() / KILOBYTE)
                                .toArray())
                        .text(0, false)
                + " |";
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
        int seconds = isFanOut() ? MINUTE : 1;
        return series(client, reading -> reading.perSecond() * seconds);
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
