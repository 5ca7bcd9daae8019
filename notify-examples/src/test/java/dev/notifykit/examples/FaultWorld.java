package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.PushClientBuilder;
import dev.notifykit.apns.ApnsPushService;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fcm.FcmPushService;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.result.ResultSink;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.FcmSimulator;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Both vendors on this machine, an audience of phones of both kinds in four shards, and what becomes of each row: told by the sink, and
 * held against the vendors' journals.
 */
final class FaultWorld implements ResultSink, AutoCloseable {

    static final String APP = "com.acme.app";
    static final LaneKey APNS = LaneKey.of(APP, ProviderId.APNS);
    static final LaneKey FCM = LaneKey.of(APP, ProviderId.FCM);
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int SHARDS = 4;

    final ApnsSimulator apns;
    final FcmSimulator fcm;
    private final int rows;
    private final Map<String, RowResult> results = new ConcurrentHashMap<>();
    private final AtomicInteger repeated = new AtomicInteger();
    private final List<PushClient> clients = new ArrayList<>();

    /**
     * @param rows how many phones there are
     * @param latency of either vendor
     */
    FaultWorld(int rows, Duration latency) {
        this.rows = rows;
        apns = ApnsSimulator.builder().latency(latency, latency).start();
        fcm = FcmSimulator.builder().latency(latency, latency).start();
    }

    ApnsPushService apnsService() {
        return apnsBuilder().build();
    }

    FcmPushService fcmService() {
        return fcmBuilder().build();
    }

    ApnsPushService.Builder apnsBuilder() {
        return ApnsPushService.builder()
                .signingKeyPem(apns.signingKey()::p8)
                .keyId(apns.signingKey().keyId())
                .teamId(apns.signingKey().teamId())
                .host(apns.host())
                .port(apns.port())
                .trustedCertificates(apns.trustedCertificate());
    }

    FcmPushService.Builder fcmBuilder() {
        byte[] account = fcm.serviceAccountJson().getBytes(StandardCharsets.UTF_8);
        return FcmPushService.builder()
                .serviceAccount(() -> new ByteArrayInputStream(account))
                .baseUri(fcm.uri())
                .trustedCertificates(fcm.trustedCertificate());
    }

    /** A client of both vendors that can work on the audience. */
    PushClientBuilder client(LaneLimits limits) {
        return PushClient.builder()
                .app(APP, apnsService(), fcmService())
                .limits(limits)
                .handler(handler())
                .pageSize(200);
    }

    FanOutHandler handler() {
        return handler(new Phones());
    }

    FanOutHandler handler(Audience audience) {
        return FanOutHandler.builder("all")
                .audience(audience)
                .lanes(APNS, FCM)
                .sink(this)
                .build();
    }

    PushClient start(PushClientBuilder builder) {
        PushClient client = add(builder);
        client.start();
        return client;
    }

    PushClient add(PushClientBuilder builder) {
        PushClient client = builder.build();
        clients.add(client);
        return client;
    }

    static FanOutSpec spec() {
        return FanOutSpec.builder(FanOutId.of("goal"), "all", Notification.alert("Goal", "1:0"))
                .retryPolicy(RetryPolicy.builder()
                        .firstBackoff(Duration.ofMillis(50))
                        .maxBackoff(Duration.ofMillis(500))
                        .build())
                .build();
    }

    /** Phones of both kinds. */
    private final class Phones implements Audience {

        @Override
        public List<String> shards() {
            return IntStream.range(0, SHARDS).mapToObj(Integer::toString).toList();
        }

        @Override
        public AudiencePage read(String shard, @Nullable String cursor, int limit) {
            int size = rows / SHARDS;
            int first = Integer.parseInt(shard) * size;
            int from = cursor == null ? first : Integer.parseInt(cursor);
            int to = Math.min(from + limit, first + size);
            return new AudiencePage(
                    IntStream.range(from, to).mapToObj(FaultWorld::row).toList(),
                    to == first + size ? null : Integer.toString(to));
        }
    }

    static AudienceRow row(int i) {
        Target target = i % 2 == 0 ? Target.apns(APP, "%064x".formatted(i + 1)) : Target.fcm(APP, "phone-" + i);
        return new AudienceRow("k%07d".formatted(i), target);
    }

    @Override
    public void accept(List<RowResult> batch) {
        for (RowResult row : batch) {
            if (results.put(row.shard() + "/" + row.key(), row) != null) {
                repeated.incrementAndGet();
            }
        }
    }

    int repeated() {
        return repeated.get();
    }

    int accepted(RowResult row) {
        String id = row.request().toString();
        return apns.journal().count(id) + fcm.journal().count(id);
    }

    long acceptedByAll() {
        return apns.journal().accepted() + fcm.journal().accepted();
    }

    /** Whatever came in, accepted or not. */
    long requests() {
        return apns.traffic().requests() + fcm.traffic().requests();
    }

    static FanOutProgress end(FanOut fanOut) {
        until("the fan-out has ended", () -> fanOut.progress().state().isEnd());
        return fanOut.progress();
    }

    /**
     * The law for every row: one result; accepted ones stand in a journal, all others but unknown ones do not; nobody else does;
     * duplicates are no more than reported; the counts are those of the rows; nothing is pending.
     */
    void assertAccounted(FanOutProgress end) {
        until("the sink has heard of all", () -> results.size() >= end.recipients());
        assertThat(end.isConserved()).isTrue();
        assertThat(end.pending()).isZero();
        assertThat((long) results.size()).isEqualTo(end.recipients());
        Map<SendResult.Kind, Long> kinds = new EnumMap<>(SendResult.Kind.class);
        long known = 0;
        for (RowResult row : results.values()) {
            int count = accepted(row);
            known += count > 0 ? 1 : 0;
            kinds.merge(row.result().kind(), 1L, Long::sum);
            switch (row.result().kind()) {
                case ACCEPTED ->
                    assertThat(count).as(row.key() + " was accepted").isPositive();
                case UNKNOWN -> {}
                default -> assertThat(count).as(row.key() + " " + row.result()).isZero();
            }
        }
        assertThat(kinds).isEqualTo(nonZero(end.results()));
        assertThat(apns.journal().distinctIds() + fcm.journal().distinctIds())
                .as("nobody else was sent to")
                .isEqualTo(known);
        assertThat(apns.journal().duplicates() + fcm.journal().duplicates())
                .isLessThanOrEqualTo(end.possibleDuplicates());
    }

    private static Map<SendResult.Kind, Long> nonZero(Map<SendResult.Kind, Long> counts) {
        Map<SendResult.Kind, Long> copy = new EnumMap<>(SendResult.Kind.class);
        counts.forEach((kind, count) -> {
            if (count > 0) {
                copy.put(kind, count);
            }
        });
        return copy;
    }

    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("gave up waiting until " + what)
                    .isNegative();
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        clients.forEach(client -> client.close(Duration.ZERO));
        apns.close();
        fcm.close();
    }
}
