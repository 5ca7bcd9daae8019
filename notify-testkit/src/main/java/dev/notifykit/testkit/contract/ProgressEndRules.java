package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.ProgressValues.ended;
import static dev.notifykit.testkit.contract.ProgressValues.parked;
import static dev.notifykit.testkit.contract.ProgressValues.parkedAgain;
import static dev.notifykit.testkit.contract.ProgressValues.parkedEnded;
import static dev.notifykit.testkit.contract.ProgressValues.rows;
import static dev.notifykit.testkit.contract.ProgressValues.spec;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ProgressStore.Command;
import dev.notifykit.fanout.ProgressStore.Launch;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The part of {@link ProgressStoreContract} that says what is counted, what the host wants, and how a fan-out ends. */
public abstract class ProgressEndRules extends ProgressParkingRules {

    ProgressEndRules() {}

    // Progress

    @Test
    public void progressAddsUpTheShards() {
        launched.add(ID);
        store.create(spec(ID, "Hello"), List.of("a", "b"), OptionalLong.of(99));
        ShardLease a = acquire(0).lease();
        ShardLease b = acquire(1).lease();
        store.openPage(a, 0, rows(3), null);
        store.openPage(b, 0, rows(2), "next");
        store.mark(a, List.of(ended(0, 0, Kind.ACCEPTED), parked(0, 1, Duration.ZERO)));
        store.mark(b, List.of(ended(0, 1, Kind.ACCEPTED)));
        store.addPossibleDuplicates(a, 2);
        store.addPossibleDuplicates(b, 3);
        store.addPossibleDuplicates(b, 0);

        assertEquals(
                new FanOutProgress(ID, FanOutState.RUNNING, null, 5, Map.of(Kind.ACCEPTED, 2L), 2, 1, false, 99L, 5, 0),
                progress());
    }

    /** Counted by hand, row by row, against every number that the store gives. */
    @Test
    public void everyRowIsCountedOnceAtEveryMoment() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        int size = 30;
        store.openPage(lease, 0, rows(size), "next");
        long open = size;
        long parked = 0;
        long done = 0;
        for (int i = 0; i < size; i++) {
            assertProgress(size, open, parked, done == 0 ? Map.of() : Map.of(Kind.ACCEPTED, done));
            open--;
            if (i % 3 == 0) {
                store.mark(lease, List.of(parked(0, i, Duration.ZERO)));
                parked++;
            } else {
                store.mark(lease, List.of(ended(0, i, Kind.ACCEPTED)));
                done++;
            }
        }
        store.closePage(lease, 0);
        for (int i = 0; i < size; i += 3) {
            assertProgress(size, 0, parked, Map.of(Kind.ACCEPTED, done));
            store.mark(lease, List.of(parkedAgain(0, i, 2, Duration.ZERO)));
            assertProgress(size, 0, parked, Map.of(Kind.ACCEPTED, done));
            store.mark(lease, List.of(parkedEnded(0, i, Kind.ACCEPTED)));
            parked--;
            done++;
        }
        assertProgress(size, 0, 0, Map.of(Kind.ACCEPTED, (long) size));
    }

    // What the host wants

    @Test
    public void theHostsWishIsKept() {
        launch("a");
        assertEquals(Command.RESUME, store.wanted(ID));
        store.command(ID, Command.PAUSE);
        store.command(ID, Command.PAUSE);
        assertEquals(Command.PAUSE, store.wanted(ID));
        assertEquals(FanOutState.PAUSED, progress().state());
        assertEquals(Set.of(0), freeShards(), "a paused fan-out still has its shards");

        store.command(ID, Command.RESUME);

        assertEquals(Command.RESUME, store.wanted(ID));
        assertEquals(FanOutState.RUNNING, progress().state());
    }

    @Test
    public void aCancellationIsFinal() {
        launch("a");
        store.command(ID, Command.PAUSE);
        store.command(ID, Command.CANCEL);
        store.command(ID, Command.RESUME);
        store.command(ID, Command.PAUSE);
        store.command(ID, Command.CANCEL);

        assertEquals(Command.CANCEL, store.wanted(ID));
        assertEquals(FanOutState.RUNNING, progress().state(), "somebody still has to end it");
        assertEquals(List.of(ID), store.active());
        store.endShard(acquire(0).lease(), ShardEnd.CANCELLED, null);
        assertEquals(FanOutState.CANCELLED, progress().state());
    }

    @Test
    public void saysWhatItWaitsFor() {
        launch("a");
        store.waiting(ID, "no instance has the handler");
        assertEquals(FanOutState.WAITING, progress().state());
        assertEquals(Optional.of("no instance has the handler"), progress().reason());

        store.command(ID, Command.PAUSE);
        assertEquals(FanOutState.PAUSED, progress().state(), "the host's wish goes first");
        assertEquals(Optional.empty(), progress().reason());

        store.command(ID, Command.RESUME);
        store.waiting(ID, "another");
        assertEquals(Optional.of("another"), progress().reason());
        store.waiting(ID, null);
        store.waiting(ID, null);
        assertEquals(FanOutState.RUNNING, progress().state());
        assertEquals(Optional.empty(), progress().reason());
    }

    // Ends

    @Test
    public void aShardEndsWhenNothingIsLeftInIt() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), null);
        assertThrows(IllegalStateException.class, () -> store.endShard(lease, ShardEnd.COMPLETED, null));
        store.mark(lease, List.of(parked(0, 0, Duration.ZERO)));
        assertThrows(IllegalStateException.class, () -> store.endShard(lease, ShardEnd.COMPLETED, null));
        store.closePage(lease, 0);
        assertThrows(IllegalStateException.class, () -> store.endShard(lease, ShardEnd.COMPLETED, null));
        store.mark(lease, List.of(parkedEnded(0, 0, Kind.ACCEPTED)));
        assertEquals(FanOutState.RUNNING, progress().state());

        store.endShard(lease, ShardEnd.COMPLETED, null);
        store.endShard(lease, ShardEnd.FAILED, "said twice");

        assertEquals(FanOutState.COMPLETED, progress().state(), "the first word counts");
        assertEquals(Optional.empty(), progress().reason());
    }

    @Test
    public void anEndedShardIsGrantedToNobody() {
        launch("a", "b");
        ShardLease lease = acquire(0).lease();
        store.endShard(lease, ShardEnd.COMPLETED, null);

        assertEquals(Set.of(1), freeShards());
        store.release(lease);
        assertEquals(Set.of(1), freeShards());
        passTime(lease());
        assertEquals(Set.of(1), freeShards());
        assertEquals(Optional.empty(), store.acquire(ID, 0, "you", lease()));
        assertEquals(List.of(ID), store.active());
    }

    @Test
    public void theLastShardEndsTheFanOut() {
        assertAll(
                () -> assertEnd(FanOutState.COMPLETED, null, ShardEnd.COMPLETED),
                () -> assertEnd(FanOutState.COMPLETED, null, ShardEnd.COMPLETED, ShardEnd.COMPLETED),
                () -> assertEnd(FanOutState.CANCELLED, null, ShardEnd.CANCELLED, ShardEnd.COMPLETED),
                () -> assertEnd(
                        FanOutState.FAILED, "shard 1", ShardEnd.CANCELLED, ShardEnd.FAILED, ShardEnd.COMPLETED));
    }

    private void assertEnd(FanOutState state, @Nullable String reason, ShardEnd... ends) {
        FanOutId id = FanOutId.random();
        launch(
                spec(id, "Hello"),
                IntStream.range(0, ends.length).mapToObj(i -> "s" + i).toArray(String[]::new));
        for (int i = 0; i < ends.length; i++) {
            assertEquals(FanOutState.RUNNING, store.progress(id).orElseThrow().state());
            assertTrue(store.active().contains(id));
            ShardLease lease = store.acquire(id, i, "me", lease()).orElseThrow().lease();
            store.endShard(lease, ends[i], ends[i] == ShardEnd.FAILED ? "shard " + i : null);
        }
        FanOutProgress progress = store.progress(id).orElseThrow();
        assertEquals(state, progress.state());
        assertEquals(Optional.ofNullable(reason), progress.reason());
        assertTrue(progress.readToEnd(), "nothing more will be read");
        assertFalse(store.active().contains(id));
    }

    @Test
    public void anEndedFanOutKeepsItsEnd() {
        launch("a");
        store.endShard(acquire(0).lease(), ShardEnd.COMPLETED, null);

        store.command(ID, Command.CANCEL);
        store.command(ID, Command.PAUSE);
        store.waiting(ID, "too late");

        assertEquals(FanOutState.COMPLETED, progress().state());
        assertEquals(Optional.empty(), progress().reason());
        assertEquals(Launch.JOINED, store.create(spec(ID, "Hello"), List.of("a"), OptionalLong.empty()));
        assertEquals(Launch.CONFLICT, store.create(spec(ID, "Other"), List.of("a"), OptionalLong.empty()));
        assertEquals(FanOutState.COMPLETED, progress().state(), "launched again, it is not sent again");
        assertEquals(Set.of(), freeShards());
    }

    @Test
    public void anEndedFanOutIsRememberedForSevenDays() {
        Duration kept = ProgressStore.KEPT_AFTER_END;
        Assumptions.assumeTrue(longestWait().compareTo(kept) >= 0, "takes longer than time can be made to pass");
        FanOutId running = FanOutId.of("running");
        launch("a");
        launch(spec(running, "Hello"), "a");
        store.endShard(acquire(0).lease(), ShardEnd.COMPLETED, null);
        passTime(kept.minus(half()));
        assertEquals(FanOutState.COMPLETED, progress().state());
        assertEquals(Launch.JOINED, store.create(spec(ID, "Hello"), List.of("a"), OptionalLong.empty()));

        passTime(lease());

        assertEquals(Optional.empty(), store.progress(ID));
        assertEquals(Optional.empty(), store.spec(ID));
        assertEquals(List.of(running), store.active(), "one that has not ended is kept for ever");
        assertEquals(Launch.CREATED, store.create(spec(ID, "Other"), List.of("a"), OptionalLong.empty()));
        assertEquals(FanOutState.RUNNING, progress().state());
    }

    @Test
    public void closingTwiceIsHarmless() {
        launch("a");
        store.close();
        store.close();
        launched.clear();
    }
}
