package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.push.Urgency;
import dev.notifykit.redis.server.Await;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testing.FakePushService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fan-outs in the middle of their work, whose instances have died or given their shards back, and some that have ended. A shard has a
 * hundred rows; which of them were sent is told by {@link #SENT_BEFORE}.
 */
final class DumpedFanOuts implements DumpPart {

    private static final FanOutId SALE = FanOutId.of("spring-sale");
    private static final FanOutId ONCE = FanOutId.of("at-most-once");
    private static final FanOutId PAUSED = FanOutId.of("paused");
    private static final FanOutId COMPLETED = FanOutId.of("ended-completed");
    private static final FanOutId CANCELLED = FanOutId.of("ended-cancelled");
    private static final FanOutId FAILED = FanOutId.of("ended-failed");

    private static final int ROWS = 100;
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final FanOutSpec SALE_SPEC = FanOutSpec.builder(
                    SALE, "customers", Notification.alert("Spring sale", "Everything half price — today"))
            .parameters(Map.of("shards", "3"))
            .urgency(Urgency.URGENT)
            .expiresAt(Instant.parse("2200-01-01T00:00:00Z"))
            .collapseId("sale")
            .build();

    /** Of the sale: what had its result, and is not sent again. */
    private static final Set<String> SENT_BEFORE = keys(List.of(
            keys(0, 0, 18), // page 0 of shard 0, which is closed; its last two rows are parked
            keys(0, 20, 30), // page 1
            keys(1, 0, 60))); // the only page of shard 1

    @Override
    public String name() {
        return "fanouts";
    }

    private static FanOutSpec spec(FanOutId id, FanOutSpec.Delivery delivery) {
        return FanOutSpec.builder(id, "customers", Notification.alert("Hello", "World"))
                .parameters(Map.of("shards", "1"))
                .delivery(delivery)
                .build();
    }

    private static FanOutSpec spec(FanOutId id) {
        return spec(id, FanOutSpec.Delivery.AT_LEAST_ONCE);
    }

    private static AudienceRow row(int shard, int index) {
        String token = String.format("%02d%06d", shard, index);
        Target target = index % 2 == 0 ? Target.apns("app", token) : Target.fcm("app", "fid:" + token);
        return index % 3 == 0
                ? new AudienceRow(key(shard, index), target, "de-CH", "Europe/Zurich", Map.of("name", "Änne " + index))
                : new AudienceRow(key(shard, index), target);
    }

    private static List<AudienceRow> rows(int shard, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> row(shard, i)).toList();
    }

    private static String key(int shard, int index) {
        return shard + "-" + String.format("%03d", index);
    }

    private static Set<String> keys(int shard, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> key(shard, i)).collect(Collectors.toSet());
    }

    private static Set<String> keys(List<Set<String>> parts) {
        return parts.stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
    }

    private record Customers(int count) implements Audience {

        @Override
        public List<String> shards() {
            return IntStream.range(0, count).mapToObj(i -> "customers " + i).toList();
        }

        @Override
        public AudiencePage read(String shard, @Nullable String cursor, int limit) {
            int number = Integer.parseInt(shard.substring("customers ".length()));
            int from = cursor == null ? 0 : Integer.parseInt(cursor);
            int to = Math.min(from + limit, ROWS);
            return new AudiencePage(rows(number, from, to), to == ROWS ? null : Integer.toString(to));
        }
    }

    // ---- before

    @Override
    public void work(RedisStores stores, Clock clock) {
        ProgressStore store = stores.progressStore();
        store.create(SALE_SPEC, new Customers(3).shards(), OptionalLong.of(310));
        ownerWhoDies(store);
        ownerWhoStops(store);
        ownerWhoDiesAndSendsOnce(store);
        store.create(spec(PAUSED), new Customers(1).shards(), OptionalLong.empty());
        store.command(PAUSED, ProgressStore.Command.PAUSE);
        store.waiting(PAUSED, "sink: of yesterday");
        ended(store, COMPLETED, ShardEnd.COMPLETED, null);
        store.create(spec(CANCELLED), new Customers(1).shards(), OptionalLong.empty());
        store.command(CANCELLED, ProgressStore.Command.CANCEL);
        ended(store, CANCELLED, ShardEnd.CANCELLED, null);
        ended(store, FAILED, ShardEnd.FAILED, "the audience went back");
    }

    private static void ownerWhoDies(ProgressStore store) {
        ShardLease lease = lease(store, SALE, 0);
        store.openPage(lease, 0, rows(0, 0, 20), "20");
        store.openPage(lease, 1, rows(0, 20, 40), "40");
        List<Mark> marks = new ArrayList<>();
        IntStream.range(0, 15).forEach(i -> marks.add(new Mark.Ended(0, i, Kind.ACCEPTED)));
        marks.add(new Mark.Ended(0, 15, Kind.REJECTED));
        marks.add(new Mark.Ended(0, 16, Kind.TOKEN_INVALID));
        marks.add(new Mark.Ended(0, 17, Kind.UNKNOWN));
        marks.add(parked(0, 18, row(0, 18), 1, false, Duration.ZERO));
        marks.add(parked(0, 19, row(0, 19), 3, true, Duration.ofHours(1)));
        IntStream.range(0, 10).forEach(i -> marks.add(new Mark.Ended(1, i, Kind.ACCEPTED)));
        marks.add(parked(1, 10, row(0, 30), 0, false, Duration.ofMinutes(10)));
        store.mark(lease, marks);
        store.closePage(lease, 0);
        store.openPage(lease, 2, rows(0, 40, 60), "60");
        store.addPossibleDuplicates(lease, 2);
    }

    private static void ownerWhoStops(ProgressStore store) {
        ShardLease lease = lease(store, SALE, 1);
        store.openPage(lease, 0, rows(1, 0, ROWS), null);
        store.mark(
                lease,
                IntStream.range(0, 60)
                        .<Mark>mapToObj(i -> new Mark.Ended(0, i, Kind.ACCEPTED))
                        .toList());
        store.release(lease);
    }

    private static void ownerWhoDiesAndSendsOnce(ProgressStore store) {
        store.create(spec(ONCE, FanOutSpec.Delivery.AT_MOST_ONCE), new Customers(1).shards(), OptionalLong.empty());
        ShardLease lease = lease(store, ONCE, 0);
        store.openPage(lease, 0, rows(0, 0, ROWS), null);
        BitSet intents = new BitSet();
        intents.set(0, 9);
        store.intend(lease, 0, intents);
        store.mark(
                lease,
                IntStream.range(0, 4)
                        .<Mark>mapToObj(i -> new Mark.Ended(0, i, Kind.ACCEPTED))
                        .toList());
    }

    private static void ended(ProgressStore store, FanOutId id, ShardEnd end, @Nullable String reason) {
        store.create(spec(id), new Customers(1).shards(), OptionalLong.empty());
        ShardLease lease = lease(store, id, 0);
        store.openPage(lease, 0, rows(0, 0, 3), null);
        store.mark(
                lease,
                List.of(
                        new Mark.Ended(0, 0, Kind.ACCEPTED),
                        new Mark.Ended(0, 1, Kind.ACCEPTED),
                        new Mark.Ended(0, 2, end == ShardEnd.CANCELLED ? Kind.CANCELLED : Kind.EXPIRED)));
        store.closePage(lease, 0);
        store.endShard(lease, end, reason);
    }

    private static ShardLease lease(ProgressStore store, FanOutId id, int shard) {
        return store.acquire(id, shard, "of long ago", LEASE).orElseThrow().lease();
    }

    private static Mark parked(int page, int index, AudienceRow row, int attempts, boolean unknown, Duration delay) {
        ParkedRow parked =
                new ParkedRow(ParkedRow.id(page, index), row, attempts, unknown, Duration.ofSeconds(2), false);
        return new Mark.Parked(page, index, parked, delay);
    }

    // ---- after

    @Override
    public void goOn(Dump dump) {
        ProgressStore before = dump.heir(Duration.ofHours(2)).progressStore();
        assertThat(before.active()).containsExactlyInAnyOrder(SALE, ONCE, PAUSED);
        assertThat(before.spec(SALE)).contains(SALE_SPEC);
        assertThat(before.wanted(PAUSED)).isEqualTo(ProgressStore.Command.PAUSE);
        FanOutProgress sale = before.progress(SALE).orElseThrow();
        assertThat(sale.recipients()).isEqualTo(160);
        assertThat(sale.parked()).isEqualTo(3);
        assertThat(sale.open()).isEqualTo(9 + 20 + 40);
        assertThat(sale.isConserved()).isTrue();
        hasEnded(before, COMPLETED, FanOutState.COMPLETED, null);
        hasEnded(before, CANCELLED, FanOutState.CANCELLED, null);
        hasEnded(before, FAILED, FanOutState.FAILED, "the audience went back");

        FakePushService apns = FakePushService.create(ProviderId.APNS);
        FakePushService fcm = FakePushService.create(ProviderId.FCM);
        Map<String, SendResult> told = new ConcurrentHashMap<>();
        try (PushClient client = PushClient.builder()
                .app("app", apns, fcm)
                .stores(dump.together())
                .owned(false)
                .handler(FanOutHandler.builder("customers")
                        .audience(parameters -> new Customers(Integer.parseInt(parameters.get("shards"))))
                        .lanes(LaneKey.of("app", ProviderId.APNS), LaneKey.of("app", ProviderId.FCM))
                        .sink(batch -> batch.forEach(row -> told.put(row.fanOut() + " " + row.key(), row.result())))
                        .build())
                .pageSize(25)
                .build()) {
            client.start();
            client.fanOuts().find(PAUSED).orElseThrow().resume();
            for (FanOutId id : List.of(SALE, ONCE, PAUSED)) {
                FanOut fanOut = client.fanOuts().find(id).orElseThrow();
                Await.until(
                        PATIENCE,
                        () -> fanOut.progress().state() == FanOutState.COMPLETED,
                        () -> "it does not end: " + fanOut.progress());
                assertThat(fanOut.progress().isConserved()).isTrue();
                assertThat(fanOut.progress().pending()).isZero();
            }
            assertThat(client.fanOuts().launch(spec(COMPLETED)).progress().state())
                    .isEqualTo(FanOutState.COMPLETED);
            saleIsWhole(
                    client,
                    Stream.concat(apns.requests().stream(), fcm.requests().stream())
                            .toList(),
                    told);
            onceIsWhole(client.fanOuts().find(ONCE).orElseThrow().progress(), told);
            assertThat(client.fanOuts().find(PAUSED).orElseThrow().progress().count(Kind.ACCEPTED))
                    .isEqualTo(ROWS);
        }
    }

    private static void saleIsWhole(PushClient client, List<PushRequest> requests, Map<String, SendResult> told) {
        FanOutProgress end = client.fanOuts().find(SALE).orElseThrow().progress();
        assertThat(end.recipients()).isEqualTo(3 * ROWS);
        assertThat(end.count(Kind.REJECTED)).isOne();
        assertThat(end.count(Kind.TOKEN_INVALID)).isOne();
        assertThat(end.count(Kind.UNKNOWN)).isOne();
        assertThat(end.count(Kind.ACCEPTED)).isEqualTo(3 * ROWS - 3);
        assertThat(end.possibleDuplicates()).as("noted, open, parked").isEqualTo(2 + 29 + 3);
        Set<String> expected = keys(List.of(keys(0, 0, ROWS), keys(1, 0, ROWS), keys(2, 0, ROWS)));
        expected.removeAll(SENT_BEFORE);
        List<String> sent = new ArrayList<>();
        for (int shard = 0; shard < 3; shard++) {
            for (AudienceRow row : rows(shard, 0, ROWS)) {
                requests.stream()
                        .filter(request -> request.target().equals(row.target()))
                        .filter(request -> request.collapseId().equals(Optional.of("sale")))
                        .forEach(request -> sent.add(row.key()));
            }
        }
        assertThat(sent).containsExactlyInAnyOrderElementsOf(expected);
        Set<String> heard = keys(List.of(keys(0, 18, ROWS), keys(1, 0, ROWS), keys(2, 0, ROWS)));
        assertThat(told.keySet().stream().filter(key -> key.startsWith(SALE.value())))
                .as("all but those of the page that was closed: its results the sink had taken")
                .containsExactlyInAnyOrderElementsOf(
                        heard.stream().map(key -> SALE + " " + key).toList());
        assertThat(requests.stream()
                        .filter(request -> request.target().equals(row(2, 0).target()))
                        .map(request -> request.id().toString()))
                .as("a row has one request id, whichever build sends it")
                .containsExactly("c7148c7b-3277-84f8-82ac-1fc24e2a4465");
    }

    private static void onceIsWhole(FanOutProgress end, Map<String, SendResult> told) {
        assertThat(end.recipients()).isEqualTo(ROWS);
        assertThat(end.count(Kind.UNKNOWN))
                .as("announced, and without a result")
                .isEqualTo(5);
        assertThat(end.count(Kind.ACCEPTED)).isEqualTo(ROWS - 5);
        assertThat(told.keySet().stream().filter(key -> key.startsWith(ONCE.value())))
                .hasSize(ROWS);
    }

    private static void hasEnded(ProgressStore store, FanOutId id, FanOutState state, @Nullable String reason) {
        FanOutProgress end = store.progress(id).orElseThrow();
        assertThat(end.state()).isEqualTo(state);
        assertThat(end.reason()).isEqualTo(Optional.ofNullable(reason));
        assertThat(end.recipients()).isEqualTo(3);
        assertThat(end.count(Kind.ACCEPTED)).isEqualTo(2);
        assertThat(store.freeShards(id)).isEmpty();
    }
}
