package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.InMemoryProgressStore;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** One fan-out over two shards with rows of all kinds. */
final class CrashWorld extends CrashScene {

    static final FanOutId ID = FanOutId.of("campaign");
    static final LaneKey LANE = LaneKey.of("app", ProviderId.APNS);
    static final int PAGE = 8;

    private static final Duration STEP = Duration.ofMillis(200);
    private static final int ROWS_PER_SHARD = 40;
    private static final List<String> SHARDS = List.of("0", "1");

    final ProgressStore store = new InMemoryProgressStore(time);

    private final FanOutSpec.Delivery delivery;
    private final Map<String, AudienceRow> rows = new TreeMap<>();
    private final Collection<ShardGrant> grants = new ConcurrentLinkedQueue<>();

    /** At most once: rows that were announced and have no mark at a takeover, with the attempts that the vendor has seen of them. */
    private final Map<String, Integer> announced = new ConcurrentHashMap<>();

    private final Set<String> parkedInDoubt = ConcurrentHashMap.newKeySet();

    CrashWorld(FanOutSpec.Delivery delivery, String what) {
        super(what, STEP);
        this.delivery = delivery;
        for (String shard : SHARDS) {
            for (int i = 0; i < ROWS_PER_SHARD; i++) {
                AudienceRow row = row(shard, i);
                rows.put(row.key(), row);
            }
        }
        store.create(
                FanOutSpec.builder(ID, "all", Notification.alert("t", "b"))
                        .delivery(delivery)
                        .retryPolicy(retries())
                        .build(),
                SHARDS,
                OptionalLong.empty());
    }

    private static AudienceRow row(String shard, int index) {
        CrashVendor.Kind kind = switch (index) {
            case 1, 17 -> CrashVendor.Kind.DEAD;
            case 2, 26 -> CrashVendor.Kind.REJECTED;
            case 3, 11, 39 -> CrashVendor.Kind.THROTTLED;
            case 5, 19, 33 -> CrashVendor.Kind.LOST_ANSWER;
            case 6, 30 -> CrashVendor.Kind.LOST_ANSWER_LATER;
            case 8, 31 -> CrashVendor.Kind.UNKNOWN;
            case 9, 22 -> CrashVendor.Kind.UNAVAILABLE;
            case 14 -> CrashVendor.Kind.SILENT;
            case 24 -> shard.equals("1") ? CrashVendor.Kind.MISCONFIGURED : CrashVendor.Kind.LIVE;
            case 13, 37 -> CrashVendor.Kind.NO_LANE;
            default -> CrashVendor.Kind.LIVE;
        };
        String address = "%s-%02d-%s".formatted(shard, index, kind);
        return new AudienceRow(
                "%s-%02d".formatted(shard, index),
                kind == CrashVendor.Kind.NO_LANE ? Target.fcm("app", address) : Target.apns("app", address));
    }

    @Override
    PushClientBuilder client(LifeLine line) {
        return super.client(line)
                .handler(FanOutHandler.builder("all")
                        .audience(audience(line))
                        .lanes(LANE)
                        .sink(batch -> line.cross(() -> {
                            hear(batch);
                            return true;
                        }))
                        .build())
                .progressStore(line.to(ProgressStore.class, store, this::storeAnswered))
                .pageSize(PAGE);
    }

    /** The audience as one client sees it. */
    private Audience audience(LifeLine line) {
        return new Audience() {
            @Override
            public List<String> shards() {
                return SHARDS;
            }

            @Override
            public AudiencePage read(String shard, @Nullable String cursor, int limit) throws Exception {
                return line.cross(() -> {
                    int from = cursor == null ? 0 : Integer.parseInt(cursor);
                    int to = Math.min(ROWS_PER_SHARD, from + limit);
                    List<AudienceRow> page = new ArrayList<>();
                    for (int i = from; i < to; i++) {
                        page.add(row(shard, i));
                    }
                    return new AudiencePage(page, to == ROWS_PER_SHARD ? null : String.valueOf(to));
                });
            }
        };
    }

    private void hear(List<RowResult> batch) {
        batch.forEach(row -> heardLast.put(row.key(), row.result().kind()));
    }

    /** Watches what the store tells a client. */
    private void storeAnswered(Object answer) {
        if (answer instanceof Optional<?> some && some.orElse(null) instanceof ShardGrant grant) {
            grants.add(grant);
            if (!grant.released()) {
                grant.openPages().forEach(this::noteAnnounced);
            }
        } else if (answer instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof ParkedRow parked && parked.unknown()) {
                    parkedInDoubt.add(parked.row().key());
                }
            }
        }
    }

    private void noteAnnounced(OpenPage page) {
        for (int i = 0; i < page.rows().size(); i++) {
            if (page.marks()[i] == OpenPage.UNMARKED && page.intents().get(i)) {
                AudienceRow row = page.rows().get(i);
                announced.put(row.key(), vendor.attempts(row.target().address()));
            }
        }
    }

    List<ShardGrant> grants() {
        return List.copyOf(grants);
    }

    FanOutProgress progress() {
        return store.progress(ID).orElseThrow();
    }

    @Override
    Object state() {
        return progress();
    }

    @Override
    void assertConserved() {
        FanOutProgress seen = progress();
        assertThat(seen.isConserved()).as("%s: conserved: %s", what, seen).isTrue();
    }

    @Override
    Map<SendResult.Kind, Long> stored() {
        return progress().results();
    }

    @Override
    String address(String key) {
        return rows.get(key).target().address();
    }

    @Override
    Map<String, SendResult.Kind> expected() {
        Map<String, SendResult.Kind> expected = new TreeMap<>();
        rows.forEach((key, row) -> expected.put(key, expected(row)));
        return expected;
    }

    @Override
    boolean hasEnded() {
        return progress().state().isEnd();
    }

    // ---- the law

    @Override
    void assertEndIsRight() {
        FanOutProgress end = progress();
        assertThat(end.state()).as(what).isEqualTo(FanOutState.COMPLETED);
        assertThat(end.pending()).as("%s: pending", what).isZero();
        assertThat(end.isConserved()).as("%s: conserved: %s", what, end).isTrue();
        assertThat(end.recipients()).as("%s: recipients", what).isEqualTo(rows.size());
        assertThat(end.done()).as("%s: results", what).isEqualTo(rows.size());
        assertThat(heardLast.keySet())
                .as("%s: rows that the sink heard of", what)
                .isEqualTo(rows.keySet());
        assertNothingAcceptedIsCalledUnsent();
        if (delivery == FanOutSpec.Delivery.AT_MOST_ONCE) {
            rows.values().forEach(this::assertAtMostOnce);
        } else {
            assertThat(vendor.duplicates())
                    .as("%s: duplicates, against the bound", what)
                    .isLessThanOrEqualTo(end.possibleDuplicates());
            rows.values().forEach(this::assertAtLeastOnce);
        }
    }

    /** The host has cancelled it: what was read has its results. */
    void assertCancelIsRight() {
        FanOutProgress end = progress();
        assertThat(end.state()).as(what).isIn(FanOutState.CANCELLED, FanOutState.COMPLETED);
        assertThat(end.pending()).as("%s: pending", what).isZero();
        assertThat(end.isConserved()).as("%s: conserved: %s", what, end).isTrue();
        assertThat(heardLast).as("%s: rows that the sink heard of", what).hasSize((int) end.recipients());
        assertNothingAcceptedIsCalledUnsent();
    }

    void cancel() {
        store.command(ID, ProgressStore.Command.CANCEL);
    }

    /** In at most once mode, only what was announced when somebody died is unknown, and all of that is, unattempted ever after. */
    void assertUnknownAreThoseAnnounced() {
        List<String> unknown = rows.values().stream()
                .filter(row -> heardLast.get(row.key()) == SendResult.Kind.UNKNOWN)
                .filter(row -> expected(row) != SendResult.Kind.UNKNOWN)
                .map(AudienceRow::key)
                .toList();
        assertThat(unknown)
                .as("%s: unknown rows", what)
                .allMatch(key -> announced.containsKey(key) || parkedInDoubt.contains(key));
        announced.forEach((key, attempts) -> {
            assertThat(heardLast.get(key)).as("%s: %s, announced", what, key).isEqualTo(SendResult.Kind.UNKNOWN);
            assertThat(vendor.attempts(rows.get(key).target().address()))
                    .as("%s: attempts of %s, announced", what, key)
                    .isEqualTo(attempts);
        });
    }

    private SendResult.Kind expected(AudienceRow row) {
        CrashVendor.Kind kind = CrashVendor.kind(row.target().address());
        if (delivery == FanOutSpec.Delivery.AT_MOST_ONCE) {
            return switch (kind) {
                case LOST_ANSWER, LOST_ANSWER_LATER, SILENT -> SendResult.Kind.UNKNOWN;
                default -> kind.end();
            };
        }
        return kind.end();
    }

    private void assertAtMostOnce(AudienceRow row) {
        String address = row.target().address();
        assertThat(vendor.accepted(address))
                .as("%s: %s was accepted", what, row.key())
                .isLessThanOrEqualTo(1);
        if (heardLast.get(row.key()) == SendResult.Kind.ACCEPTED) {
            assertThat(vendor.accepted(address))
                    .as("%s: %s was accepted", what, row.key())
                    .isEqualTo(1);
        }
    }

    private void assertAtLeastOnce(AudienceRow row) {
        if (CrashVendor.kind(row.target().address()).end() == SendResult.Kind.ACCEPTED) {
            assertThat(vendor.accepted(row.target().address()))
                    .as("%s: %s was accepted", what, row.key())
                    .isPositive();
        }
    }
}
