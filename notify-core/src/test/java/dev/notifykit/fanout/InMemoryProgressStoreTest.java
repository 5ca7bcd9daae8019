package dev.notifykit.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.fanout.ProgressStore.Command;
import dev.notifykit.fanout.ProgressStore.Launch;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class InMemoryProgressStoreTest {

    private static final FanOutId ID = FanOutId.of("spring-sale");
    private static final Duration TTL = Duration.ofSeconds(30);

    private final ManualTime time = ManualTime.create();
    private final ProgressStore store = new InMemoryProgressStore(time);

    @Test
    void createsJoinsAndConflicts() {
        assertThat(store.create(spec("Hello"), List.of("a"), OptionalLong.empty()))
                .isEqualTo(Launch.CREATED);
        assertThat(store.create(spec("Hello"), List.of("b", "c"), OptionalLong.empty()))
                .isEqualTo(Launch.JOINED);
        assertThat(store.create(spec("Other"), List.of("a"), OptionalLong.empty()))
                .isEqualTo(Launch.CONFLICT);
        assertThat(store.freeShards(ID)).as("the first split stays").containsExactly(0);
        assertThat(store.spec(ID)).contains(spec("Hello"));
        assertThat(store.active()).containsExactly(ID);
        assertThat(store.shared()).isFalse();
    }

    @Test
    void knowsNothingOfAStranger() {
        assertThat(store.spec(ID)).isEmpty();
        assertThat(store.progress(ID)).isEmpty();
        assertThat(store.freeShards(ID)).isEmpty();
        assertThat(store.wanted(ID)).isEqualTo(Command.RESUME);
        assertThat(store.acquire(ID, 0, "me", TTL)).isEmpty();
        store.command(ID, Command.CANCEL);
        store.waiting(ID, "nothing");
        assertFenced(() -> store.renew(new ShardLease(ID, 0, "1-x"), TTL));
        store.release(new ShardLease(ID, 0, "1-x"));
    }

    @Test
    void aFreshShardIsGrantedWhole() {
        launch("part-0", "part-1");

        ShardGrant grant = acquire(1);

        assertThat(grant).isEqualTo(new ShardGrant(grant.lease(), "part-1", null, false, 0, List.of(), 0, true));
        assertThat(store.freeShards(ID)).containsExactly(0);
        assertThat(store.acquire(ID, 1, "you", TTL)).isEmpty();
    }

    @Test
    void aLeaseEndsByItselfAndItsFenceNeverComesBack() {
        launch("all");
        ShardLease first = acquire(0).lease();
        time.advance(TTL.minusNanos(1));
        assertThat(store.freeShards(ID)).isEmpty();

        time.advance(Duration.ofNanos(1));

        assertThat(store.freeShards(ID)).containsExactly(0);
        ShardGrant second = acquire(0);
        assertThat(second.released())
                .as("what the first had in flight is not known")
                .isFalse();
        assertThat(second.lease().fence()).isNotEqualTo(first.fence());
        assertThat(new String[] {first.fence(), second.lease().fence()})
                .allMatch(fence -> fence.matches("[12]-[0-9a-f-]{36}"));
    }

    @Test
    void whoeverWasSupersededChangesNothing() {
        launch("all");
        ShardLease old = acquire(0).lease();
        store.openPage(old, 0, rows(2), null);
        time.advance(TTL);
        ShardLease heir = acquire(0).lease();

        assertFenced(() -> store.renew(old, TTL));
        assertFenced(() -> store.openPage(old, 1, rows(1), null));
        assertFenced(() -> store.intend(old, 0, bits(0)));
        assertFenced(() -> store.mark(old, List.of(new Mark.Ended(0, 0, Kind.ACCEPTED))));
        assertFenced(() -> store.closePage(old, 0));
        assertFenced(() -> store.parked(old, true, 1));
        assertFenced(() -> store.addPossibleDuplicates(old, 1));
        assertFenced(() -> store.endShard(old, ShardEnd.COMPLETED, null));
        store.release(old);

        assertThat(store.freeShards(ID)).isEmpty();
        assertThat(progress().open()).isEqualTo(2);
        assertThat(progress().possibleDuplicates()).isZero();
        store.renew(heir, TTL);
    }

    @Test
    void anEndedLeaseIsGoodUntilSomebodyElseTakesTheShard() {
        launch("all");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), null);
        time.advance(TTL.multipliedBy(2));

        store.mark(lease, List.of(new Mark.Ended(0, 0, Kind.ACCEPTED)));
        store.renew(lease, TTL);

        assertThat(store.freeShards(ID)).isEmpty();
        assertThat(progress().count(Kind.ACCEPTED)).isOne();
    }

    @Test
    void aShardGivenBackIsFreeAtOnce() {
        launch("all");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), "next");

        store.release(lease);
        store.release(lease);

        assertFenced(() -> store.renew(lease, TTL));
        ShardGrant heir = acquire(0);
        assertThat(heir.released()).isTrue();
        assertThat(heir.cursor()).isEqualTo("next");
        store.release(lease);
        assertThat(store.freeShards(ID)).isEmpty();
    }

    @Test
    void theHeirFindsWhatWasOpen() {
        launch("all");
        ShardLease lease = acquire(0).lease();
        List<AudienceRow> second = rows(3);
        store.openPage(lease, 0, rows(2), "c1");
        store.openPage(lease, 1, second, "c2");
        store.openPage(lease, 2, List.of(), null);
        store.mark(
                lease,
                List.of(
                        new Mark.Ended(0, 0, Kind.ACCEPTED),
                        new Mark.Ended(0, 1, Kind.REJECTED),
                        new Mark.Ended(1, 2, Kind.UNKNOWN),
                        parked(1, 0, Duration.ofMinutes(1))));
        store.closePage(lease, 0);
        store.intend(lease, 1, bits(1, 2));
        time.advance(TTL);

        ShardGrant heir = acquire(0);

        assertThat(heir.cursor()).isNull();
        assertThat(heir.readToEnd()).isTrue();
        assertThat(heir.nextPage()).isEqualTo(3);
        assertThat(heir.parked()).isOne();
        assertThat(heir.openPages()).extracting(OpenPage::number).containsExactly(1, 2);
        OpenPage open = heir.openPages().get(0);
        assertThat(open.rows()).isSameAs(second);
        assertThat(open.marks()).containsExactly(OpenPage.PARKED, OpenPage.UNMARKED, OpenPage.code(Kind.UNKNOWN));
        assertThat(open.intents()).isEqualTo(bits(1, 2));
        assertThat(heir.openPages().get(1).rows()).isEmpty();
    }

    @Test
    void whatAGrantShowsIsACopy() {
        launch("all");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), null);
        store.release(lease);
        OpenPage open = acquire(0).openPages().get(0);
        open.marks()[0] = OpenPage.PARKED;
        open.intents().set(0);
        time.advance(TTL);

        OpenPage again = acquire(0).openPages().get(0);

        assertThat(again.marks()).containsExactly(OpenPage.UNMARKED);
        assertThat(again.intents()).isEqualTo(new BitSet());
        assertThat(progress().open()).isOne();
    }

    @Test
    void countsEachRowOnceHoweverOftenItIsMarked() {
        launch("all");
        ShardLease lease = acquire(0).lease();
        List<Mark> marks = List.of(
                new Mark.Ended(0, 0, Kind.ACCEPTED),
                parked(0, 1, Duration.ofSeconds(5)),
                new Mark.Ended(0, 2, Kind.TOKEN_INVALID));
        store.openPage(lease, 0, rows(4), "c");
        store.openPage(lease, 0, rows(4), "c");
        store.mark(lease, marks);
        store.mark(lease, marks);
        store.mark(lease, List.of(new Mark.Ended(0, 0, Kind.EXPIRED), new Mark.Ended(0, 1, Kind.EXPIRED)));

        assertProgress(4, 1, 1, Map.of(Kind.ACCEPTED, 1L, Kind.TOKEN_INVALID, 1L));

        List<Mark> later =
                List.of(new Mark.ParkedEnded(ParkedRow.id(0, 1), Kind.EXPIRED), new Mark.Ended(0, 3, Kind.SUPPRESSED));
        store.mark(lease, later);
        store.closePage(lease, 0);
        store.mark(lease, later);
        store.mark(lease, marks);
        store.mark(lease, List.of(again(0, 1, Duration.ZERO)));
        store.closePage(lease, 0);

        assertProgress(
                4, 0, 0, Map.of(Kind.ACCEPTED, 1L, Kind.TOKEN_INVALID, 1L, Kind.EXPIRED, 1L, Kind.SUPPRESSED, 1L));
    }

    @Test
    void marksAreAllOrNothing() {
        launch("all");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), "c");

        assertThatThrownBy(() -> store.mark(
                        lease, List.of(new Mark.Ended(0, 0, Kind.ACCEPTED), new Mark.Ended(0, 2, Kind.ACCEPTED))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        store.mark(lease, List.of(new Mark.Ended(0, 0, Kind.ACCEPTED), parked(1, 0, Duration.ZERO))))
                .isInstanceOf(IllegalStateException.class);

        assertProgress(2, 2, 0, Map.of());
    }

    @Test
    void parkedRowsComeWhenTheyAreDueTheEarliestFirst() {
        launch("all");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(4), null);
        store.mark(
                lease,
                List.of(
                        parked(0, 0, Duration.ofSeconds(30)),
                        parked(0, 1, Duration.ofSeconds(10)),
                        parked(0, 2, Duration.ofSeconds(20)),
                        parked(0, 3, Duration.ofSeconds(10))));

        assertThat(store.parked(lease, false, 10)).isEmpty();
        assertThat(indexes(store.parked(lease, true, 10))).containsExactly(1, 3, 2, 0);
        time.advance(Duration.ofSeconds(10));
        assertThat(indexes(store.parked(lease, false, 10))).containsExactly(1, 3);
        assertThat(indexes(store.parked(lease, false, 1))).containsExactly(1);
        time.advance(Duration.ofSeconds(10));
        assertThat(indexes(store.parked(lease, false, 10))).as("they stay").containsExactly(1, 3, 2);

        store.mark(
                lease,
                List.of(again(0, 1, Duration.ofSeconds(5)), new Mark.ParkedEnded(ParkedRow.id(0, 3), Kind.ACCEPTED)));

        assertThat(indexes(store.parked(lease, false, 10))).containsExactly(2);
        assertThat(store.parked(lease, true, 10))
                .extracting(ParkedRow::attempts)
                .containsExactly(1, 2, 1);
        time.advance(Duration.ofSeconds(10));
        assertThat(indexes(store.parked(lease, false, 10))).containsExactly(2, 1, 0);
    }

    @Test
    void parkingTakesBackTheIntent() {
        launch("all");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(3), null);
        store.intend(lease, 0, bits(0, 1));
        store.intend(lease, 0, bits(1, 2));
        store.intend(lease, 0, new BitSet());
        store.mark(lease, List.of(parked(0, 1, Duration.ofSeconds(1))));
        time.advance(TTL);

        assertThat(acquire(0).openPages().get(0).intents()).isEqualTo(bits(0, 2));
        assertThatThrownBy(() -> store.intend(lease, 0, bits(3))).isInstanceOf(FencedException.class);
    }

    @Test
    void pagesAreOpenedInOrderAndClosedWhenEveryRowIsMarked() {
        launch("all");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), null);

        assertIllegal(() -> store.openPage(lease, 2, rows(1), "c"));
        assertIllegal(() -> store.openPage(lease, 1, rows(1), "behind the end"));
        assertIllegal(() -> store.closePage(lease, 0));
        assertIllegal(() -> store.closePage(lease, 1));
        assertThatThrownBy(() -> store.intend(lease, 0, bits(1))).isInstanceOf(IllegalArgumentException.class);
        store.mark(lease, List.of(new Mark.Ended(0, 0, Kind.ACCEPTED)));
        store.closePage(lease, 0);
        store.intend(lease, 0, bits(0));
        assertThat(progress().readToEnd()).isTrue();
    }

    @Test
    void aShardEndsWhenNothingIsLeftInIt() {
        launch("all");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), null);
        assertIllegal(() -> store.endShard(lease, ShardEnd.COMPLETED, null));
        store.mark(lease, List.of(parked(0, 0, Duration.ZERO)));
        store.closePage(lease, 0);
        assertIllegal(() -> store.endShard(lease, ShardEnd.COMPLETED, null));
        store.mark(lease, List.of(new Mark.ParkedEnded(ParkedRow.id(0, 0), Kind.ACCEPTED)));

        store.endShard(lease, ShardEnd.COMPLETED, null);
        store.endShard(lease, ShardEnd.FAILED, "said twice");

        assertThat(progress().state()).isEqualTo(FanOutState.COMPLETED);
        assertThat(store.active()).isEmpty();
        assertThat(store.freeShards(ID)).isEmpty();
        time.advance(TTL);
        assertThat(store.acquire(ID, 0, "you", TTL)).isEmpty();
    }

    @Test
    void theLastShardEndsTheFanOut() {
        assertEnd(FanOutState.COMPLETED, null, ShardEnd.COMPLETED, ShardEnd.COMPLETED);
        assertEnd(FanOutState.CANCELLED, null, ShardEnd.COMPLETED, ShardEnd.CANCELLED);
        assertEnd(FanOutState.FAILED, "reason 1", ShardEnd.CANCELLED, ShardEnd.FAILED, ShardEnd.FAILED);
    }

    private void assertEnd(FanOutState state, String reason, ShardEnd... ends) {
        FanOutId id = FanOutId.random();
        store.create(
                spec(id, "x"),
                IntStream.range(0, ends.length).mapToObj(i -> "s" + i).toList(),
                OptionalLong.empty());
        for (int i = 0; i < ends.length; i++) {
            assertThat(store.progress(id).orElseThrow().state()).isEqualTo(FanOutState.RUNNING);
            ShardLease lease = store.acquire(id, i, "me", TTL).orElseThrow().lease();
            store.endShard(lease, ends[i], ends[i] == ShardEnd.FAILED ? "reason " + i : null);
        }
        FanOutProgress progress = store.progress(id).orElseThrow();
        assertThat(progress.state()).isEqualTo(state);
        assertThat(progress.reasonText()).isEqualTo(reason);
        assertThat(progress.readToEnd()).as("nothing more will be read").isTrue();
    }

    @Test
    void theHostsWishIsKeptUntilTheEnd() {
        launch("all");
        assertThat(store.wanted(ID)).isEqualTo(Command.RESUME);
        store.command(ID, Command.PAUSE);
        assertThat(store.wanted(ID)).isEqualTo(Command.PAUSE);
        assertThat(progress().state()).isEqualTo(FanOutState.PAUSED);
        store.command(ID, Command.RESUME);
        assertThat(progress().state()).isEqualTo(FanOutState.RUNNING);

        store.command(ID, Command.CANCEL);
        store.command(ID, Command.RESUME);
        store.command(ID, Command.PAUSE);

        assertThat(store.wanted(ID)).as("a cancellation is final").isEqualTo(Command.CANCEL);
        assertThat(progress().state()).as("somebody still has to end it").isEqualTo(FanOutState.RUNNING);
        assertThat(store.freeShards(ID)).containsExactly(0);
        store.endShard(acquire(0).lease(), ShardEnd.CANCELLED, null);
        assertThat(progress().state()).isEqualTo(FanOutState.CANCELLED);
    }

    @Test
    void aCommandAfterTheEndIsIgnored() {
        launch("all");
        store.endShard(acquire(0).lease(), ShardEnd.COMPLETED, null);

        store.command(ID, Command.CANCEL);
        store.waiting(ID, "late");

        assertThat(store.wanted(ID)).isEqualTo(Command.RESUME);
        assertThat(progress().state()).isEqualTo(FanOutState.COMPLETED);
        assertThat(progress().reason()).isEmpty();
    }

    @Test
    void saysWhatItWaitsFor() {
        launch("all");
        store.waiting(ID, "sink: java.io.IOException");
        assertThat(progress().state()).isEqualTo(FanOutState.WAITING);
        assertThat(progress().reason()).contains("sink: java.io.IOException");

        store.command(ID, Command.PAUSE);
        assertThat(progress().state()).isEqualTo(FanOutState.PAUSED);
        assertThat(progress().reason()).isEmpty();

        store.command(ID, Command.RESUME);
        store.waiting(ID, null);
        assertThat(progress().state()).isEqualTo(FanOutState.RUNNING);
        assertThat(progress().reason()).isEmpty();
    }

    @Test
    void addsUpItsShards() {
        store.create(spec("Hello"), List.of("a", "b"), OptionalLong.of(99));
        ShardLease a = acquire(0).lease();
        ShardLease b = acquire(1).lease();
        store.openPage(a, 0, rows(3), null);
        store.openPage(b, 0, rows(2), "c");
        store.mark(a, List.of(new Mark.Ended(0, 0, Kind.ACCEPTED), parked(0, 1, Duration.ZERO)));
        store.mark(b, List.of(new Mark.Ended(0, 1, Kind.ACCEPTED)));
        store.addPossibleDuplicates(a, 2);
        store.addPossibleDuplicates(b, 3);

        assertProgress(5, 2, 1, Map.of(Kind.ACCEPTED, 2L));
        FanOutProgress progress = progress();
        assertThat(progress.possibleDuplicates()).isEqualTo(5);
        assertThat(progress.readToEnd()).isFalse();
        assertThat(progress.estimated()).isEqualTo(99);
        assertThat(progress.ratePerSecond()).isZero();
    }

    @Test
    void remembersTheEndForSevenDays() {
        launch("all");
        FanOutId running = FanOutId.of("running");
        store.create(spec(running, "x"), List.of("all"), OptionalLong.empty());
        ShardLease lease = acquire(0).lease();
        store.endShard(lease, ShardEnd.COMPLETED, null);
        time.advance(ProgressStore.KEPT_AFTER_END.minusNanos(1));
        assertThat(progress().state()).isEqualTo(FanOutState.COMPLETED);
        assertThat(store.create(spec("Hello"), List.of("all"), OptionalLong.empty()))
                .isEqualTo(Launch.JOINED);

        time.advance(Duration.ofNanos(1));

        assertThat(store.progress(ID)).isEmpty();
        assertThat(store.spec(ID)).isEmpty();
        assertThat(store.active()).containsExactly(running);
        assertThat(store.create(spec("Other"), List.of("all"), OptionalLong.empty()))
                .isEqualTo(Launch.CREATED);
        assertFenced(() -> store.renew(lease, TTL));
    }

    @Test
    void listsTheActiveInTheOrderOfTheirLaunch() {
        List<FanOutId> ids =
                IntStream.range(0, 20).mapToObj(i -> FanOutId.random()).toList();
        ids.forEach(id -> store.create(spec(id, "x"), List.of("all"), OptionalLong.empty()));

        assertThat(store.active()).containsExactlyElementsOf(ids);
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> store.create(spec("Hello"), List.of(), OptionalLong.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        launch("all");
        assertThatThrownBy(() -> store.acquire(ID, 1, "me", TTL)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.acquire(ID, -1, "me", TTL)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void canStillBeAskedAfterClose() {
        launch("all");
        store.close();
        assertThatCode(store::close).doesNotThrowAnyException();
        assertThat(progress().state()).isEqualTo(FanOutState.RUNNING);
    }

    private void launch(String... shards) {
        assertThat(store.create(spec("Hello"), List.of(shards), OptionalLong.empty()))
                .isEqualTo(Launch.CREATED);
    }

    private ShardGrant acquire(int shard) {
        return store.acquire(ID, shard, "me", TTL).orElseThrow();
    }

    private FanOutProgress progress() {
        return store.progress(ID).orElseThrow();
    }

    private void assertProgress(long recipients, long open, long parked, Map<Kind, Long> results) {
        FanOutProgress progress = progress();
        assertThat(progress.recipients()).isEqualTo(recipients);
        assertThat(progress.open()).isEqualTo(open);
        assertThat(progress.parked()).isEqualTo(parked);
        assertThat(progress.results()).isEqualTo(results);
        assertThat(progress.isConserved()).isTrue();
    }

    private static void assertFenced(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(FencedException.class);
    }

    private static void assertIllegal(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalStateException.class);
    }

    private static List<Integer> indexes(List<ParkedRow> rows) {
        return rows.stream()
                .map(row -> Integer.valueOf(row.row().key().substring(1)))
                .toList();
    }

    private static Mark parked(int page, int index, Duration delay) {
        return new Mark.Parked(page, index, parkedRow(page, index, 1), delay);
    }

    private static Mark again(int page, int index, Duration delay) {
        return new Mark.ParkedAgain(parkedRow(page, index, 2), delay);
    }

    private static ParkedRow parkedRow(int page, int index, int attempts) {
        return new ParkedRow(ParkedRow.id(page, index), row(index), attempts, false, Duration.ofSeconds(1), false);
    }

    private static List<AudienceRow> rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(InMemoryProgressStoreTest::row)
                .toList();
    }

    private static AudienceRow row(int index) {
        return new AudienceRow("k" + index, Target.fcm("com.acme.app", "t" + index));
    }

    private static BitSet bits(int... indexes) {
        BitSet bits = new BitSet();
        IntStream.of(indexes).forEach(bits::set);
        return bits;
    }

    private static FanOutSpec spec(String title) {
        return spec(ID, title);
    }

    private static FanOutSpec spec(FanOutId id, String title) {
        return FanOutSpec.builder(id, "customers", Notification.alert(title, "World"))
                .build();
    }
}
