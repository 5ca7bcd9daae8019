package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
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
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What survives a client: store, vendor, the host's table of results, and the clock. One fan-out over two shards with rows of all kinds. */
final class CrashWorld {

    static final FanOutId ID = FanOutId.of("campaign");
    static final LaneKey LANE = LaneKey.of("app", ProviderId.APNS);
    static final int PAGE = 8;

    /** How the names of threads begin that belong to clients, and to those who close them. */
    static final String THREADS = "notify-";

    private static final Duration STEP = Duration.ofMillis(200);
    private static final int ROWS_PER_SHARD = 40;
    private static final List<String> SHARDS = List.of("0", "1");
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    final ManualTime time = ManualTime.create();
    final ProgressStore store = new InMemoryProgressStore(time);
    final CrashVendor vendor = new CrashVendor(time);

    private final FanOutSpec.Delivery delivery;
    private final String what;
    private final Map<String, AudienceRow> rows = new TreeMap<>();
    private final Map<String, SendResult.Kind> heardLast = new ConcurrentHashMap<>();
    private final Collection<ShardGrant> grants = new ConcurrentLinkedQueue<>();

    /** At most once: rows that were announced and have no mark at a takeover, with the attempts that the vendor has seen of them. */
    private final Map<String, Integer> announced = new ConcurrentHashMap<>();

    private final Set<String> parkedInDoubt = ConcurrentHashMap.newKeySet();

    CrashWorld(FanOutSpec.Delivery delivery, String what) {
        this.delivery = delivery;
        this.what = what;
        for (String shard : SHARDS) {
            for (int i = 0; i < ROWS_PER_SHARD; i++) {
                AudienceRow row = row(shard, i);
                rows.put(row.key(), row);
            }
        }
        store.create(
                FanOutSpec.builder(ID, "all", Notification.alert("t", "b"))
                        .delivery(delivery)
                        .retryPolicy(RetryPolicy.builder()
                                .maxAttempts(3)
                                .firstBackoff(Duration.ofMillis(150))
                                .maxBackoff(Duration.ofMillis(300))
                                .build())
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

    /** The audience as one client sees it. */
    Audience audience(LifeLine line) {
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

    void hear(List<RowResult> batch) {
        batch.forEach(row -> heardLast.put(row.key(), row.result().kind()));
    }

    /** Watches what the store tells a client. */
    void storeAnswered(Object answer) {
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

    boolean hasEnded() {
        return progress().state().isEnd();
    }

    // ---- time

    /** Moves time on, step by step; each begins when the clients have nothing to do at the present one. */
    void runUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + MOST_NANOS;
        settle();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s: gave up at %s", what, progress())
                    .isNegative();
            time.advance(STEP);
            settle();
            FanOutProgress seen = progress();
            assertThat(seen.isConserved()).as("%s: conserved: %s", what, seen).isTrue();
        }
    }

    void runFor(Duration manual) {
        long end = time.nanoTime() + manual.toNanos();
        runUntil(() -> time.nanoTime() - end >= 0);
    }

    /** Until no client's thread has anything to do. A guess that only makes tests quick: no assertion depends on it. */
    static void settle() {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        for (int idle = 0; idle < 3 && System.nanoTime() - deadline < 0; ) {
            LockSupport.parkNanos(10_000);
            idle = isAnybodyBusy() ? 0 : idle + 1;
        }
    }

    private static boolean isAnybodyBusy() {
        Thread[] threads = new Thread[Thread.activeCount() + 64];
        int count = Thread.enumerate(threads);
        for (int i = 0; i < count; i++) {
            Thread.State state = threads[i].getState();
            if (threads[i].getName().startsWith(THREADS)
                    && (state == Thread.State.RUNNABLE || state == Thread.State.BLOCKED)) {
                return true;
            }
        }
        return false;
    }

    // ---- the law

    /** What holds whatever has happened, as soon as somebody could end the fan-out. */
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

    private void assertNothingAcceptedIsCalledUnsent() {
        heardLast.forEach((key, kind) -> {
            if (vendor.accepted(rows.get(key).target().address()) > 0) {
                assertThat(kind)
                        .as("%s: result of %s, which was accepted", what, key)
                        .isIn(SendResult.Kind.ACCEPTED, SendResult.Kind.UNKNOWN);
            }
        });
    }

    void cancel() {
        store.command(ID, ProgressStore.Command.CANCEL);
    }

    /** Unless one was woken that had been replaced: it may tell its own sink what the store no longer takes. */
    void assertStoreAndSinkAgree() {
        Map<SendResult.Kind, Long> heard = new EnumMap<>(SendResult.Kind.class);
        heardLast.values().forEach(kind -> heard.merge(kind, 1L, Long::sum));
        assertThat(progress().results())
                .as("%s: what is stored, against the sink", what)
                .isEqualTo(heard);
    }

    /** Each row ended as its vendor's answers say, except for so many that may be unknown. */
    void assertKinds(int mayBeUnknown) {
        List<String> unknown = new ArrayList<>();
        rows.values().forEach(row -> {
            SendResult.Kind expected = expected(row);
            SendResult.Kind heard = heardLast.get(row.key());
            if (heard == SendResult.Kind.UNKNOWN && expected != heard) {
                unknown.add(row.key());
            } else {
                assertThat(heard).as("%s: result of %s", what, row.key()).isEqualTo(expected);
            }
        });
        assertThat(unknown).as("%s: rows that need not be unknown", what).hasSizeLessThanOrEqualTo(mayBeUnknown);
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
