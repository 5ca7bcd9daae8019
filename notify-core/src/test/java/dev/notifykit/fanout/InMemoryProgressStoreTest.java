package dev.notifykit.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is special to the store in memory. What every store has to keep is the testkit's {@code ProgressStoreContract}. */
class InMemoryProgressStoreTest {

    private static final FanOutId ID = FanOutId.of("spring-sale");
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration NANO = Duration.ofNanos(1);

    private final ManualTime time = ManualTime.create();
    private final ProgressStore store = new InMemoryProgressStore(time);

    @Test
    void isNotShared() {
        assertThat(store.shared()).isFalse();
    }

    @Test
    void aFenceIsACounterAndANonce() {
        launch(ID, "all");
        String first = acquire(0).lease().fence();
        time.advance(TTL);
        String second = acquire(0).lease().fence();

        assertThat(first).matches("1-[0-9a-f-]{36}");
        assertThat(second).matches("2-[0-9a-f-]{36}");
        assertThat(first.substring(2)).isNotEqualTo(second.substring(2));
    }

    @Test
    void timesAreExact() {
        launch(ID, "all");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), null);
        store.mark(lease, List.of(parked(0, 0, TTL)));

        time.advance(TTL.minus(NANO));
        assertThat(store.parked(lease, false, 1)).isEmpty();
        assertThat(store.freeShards(ID)).isEmpty();

        time.advance(NANO);
        assertThat(store.parked(lease, false, 1)).hasSize(1);
        assertThat(store.freeShards(ID)).containsExactly(0);
    }

    @Test
    void rowsThatAreDueTogetherComeInTheOrderOfTheAudience() {
        launch(ID, "all");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(3), "next");
        store.openPage(lease, 1, rows(1), null);
        for (int index : new int[] {2, 0, 1}) {
            store.mark(lease, List.of(parked(0, index, TTL)));
        }
        store.mark(lease, List.of(parked(1, 0, TTL)));

        assertThat(store.parked(lease, true, 9))
                .extracting(ParkedRow::id)
                .containsExactly(ParkedRow.id(0, 0), ParkedRow.id(0, 1), ParkedRow.id(0, 2), ParkedRow.id(1, 0));
    }

    @Test
    void aManifestIsKeptAsItIs() {
        launch(ID, "all");
        ShardLease lease = acquire(0).lease();
        List<AudienceRow> manifest = rows(2);
        store.openPage(lease, 0, manifest, null);
        store.release(lease);

        assertThat(acquire(0).openPages().get(0).rows()).isSameAs(manifest);
    }

    @Test
    void whatAGrantShowsIsACopy() {
        launch(ID, "all");
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
        assertThat(store.progress(ID).orElseThrow().open()).isOne();
    }

    @Test
    void remembersTheEndForSevenDaysToTheNanosecond() {
        launch(ID, "all");
        ShardLease lease = acquire(0).lease();
        store.endShard(lease, ShardEnd.COMPLETED, null);
        time.advance(ProgressStore.KEPT_AFTER_END.minus(NANO));
        assertThat(store.progress(ID)).isPresent();

        time.advance(NANO);

        assertThat(store.progress(ID)).isEmpty();
        assertThat(launch(ID, "all")).isEqualTo(Launch.CREATED);
        assertThatThrownBy(() -> store.renew(lease, TTL)).isInstanceOf(FencedException.class);
    }

    @Test
    void listsTheActiveInTheOrderOfTheirLaunch() {
        List<FanOutId> ids =
                IntStream.range(0, 20).mapToObj(i -> FanOutId.random()).toList();
        ids.forEach(id -> launch(id, "all"));

        assertThat(store.active()).containsExactlyElementsOf(ids);
    }

    @Test
    void ofSeveralReasonsTheFirstShardsIsTold() {
        launch(ID, "a", "b", "c");
        store.endShard(acquire(2).lease(), ShardEnd.FAILED, "of the third");
        store.endShard(acquire(1).lease(), ShardEnd.FAILED, "of the second");
        store.endShard(acquire(0).lease(), ShardEnd.CANCELLED, null);

        assertThat(store.progress(ID).orElseThrow().reason()).contains("of the second");
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> launch(ID)).isInstanceOf(IllegalArgumentException.class);
        launch(ID, "all");
        assertThatThrownBy(() -> acquire(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> acquire(-1)).isInstanceOf(IllegalArgumentException.class);
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), null);
        BitSet beyond = new BitSet();
        beyond.set(1);

        assertThatThrownBy(() -> store.intend(lease, 0, beyond)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.mark(lease, List.of(new Mark.Ended(0, 1, Kind.ACCEPTED))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.mark(lease, List.of(new Mark.Ended(1, 0, Kind.ACCEPTED))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.openPage(lease, 1, rows(1), "behind the end"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the next is none");
    }

    @Test
    void canStillBeAskedAfterClose() {
        launch(ID, "all");
        store.close();

        assertThat(store.progress(ID).orElseThrow().state()).isEqualTo(FanOutState.RUNNING);
    }

    private Launch launch(FanOutId id, String... shards) {
        FanOutSpec spec = FanOutSpec.builder(id, "customers", Notification.alert("Hello", "World"))
                .build();
        return store.create(spec, List.of(shards), OptionalLong.empty());
    }

    private ShardGrant acquire(int shard) {
        return store.acquire(ID, shard, "me", TTL).orElseThrow();
    }

    private static Mark parked(int page, int index, Duration delay) {
        return new Mark.Parked(
                page,
                index,
                new ParkedRow(ParkedRow.id(page, index), row(index), 1, false, Duration.ZERO, false),
                delay);
    }

    private static List<AudienceRow> rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(InMemoryProgressStoreTest::row)
                .toList();
    }

    private static AudienceRow row(int index) {
        return new AudienceRow("k" + index, Target.fcm("com.acme.app", "t" + index));
    }
}
