package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.ProgressValues.ended;
import static dev.notifykit.testkit.contract.ProgressValues.parked;
import static dev.notifykit.testkit.contract.ProgressValues.rows;
import static dev.notifykit.testkit.contract.ProgressValues.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.ProgressStore.Command;
import dev.notifykit.fanout.ProgressStore.Launch;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The part of {@link ProgressStoreContract} that says how a fan-out is launched, and who gets its shards. */
public abstract class ProgressLaunchRules extends ProgressFixture {

    ProgressLaunchRules() {}

    // Launch

    @Test
    public void aNewSpecIsCreatedTheSameJoinsAndAnotherConflicts() {
        assertEquals(Launch.CREATED, store.create(spec(ID, "Hello"), List.of("a"), OptionalLong.empty()));
        assertEquals(Launch.JOINED, store.create(spec(ID, "Hello"), List.of("a"), OptionalLong.empty()));
        assertEquals(Launch.CONFLICT, store.create(spec(ID, "Other"), List.of("a"), OptionalLong.empty()));
        assertEquals(Optional.of(spec(ID, "Hello")), store.spec(ID));
        assertEquals(List.of(ID), store.active());
    }

    @Test
    public void shardsAreFrozenAtTheFirstLaunch() {
        launch("a", "b");
        store.create(spec(ID, "Hello"), List.of("another", "split", "of it"), OptionalLong.of(7));
        store.create(spec(ID, "Other"), List.of("and another"), OptionalLong.of(8));

        assertEquals(Set.of(0, 1), freeShards());
        assertEquals(
                List.of("a", "b"), List.of(acquire(0).description(), acquire(1).description()));
        assertNull(progress().estimated());
    }

    @Test
    public void aSpecComesBackWhole() {
        FanOutSpec spec = ProgressValues.fullSpec(ID);
        launch(spec, "a");

        assertEquals(Optional.of(spec), store.spec(ID));
        assertEquals(Launch.JOINED, store.create(spec, List.of("a"), OptionalLong.empty()));
    }

    @Test
    public void aStrangerIsNobody() {
        ShardLease invented = new ShardLease(ID, 0, "1-x");

        assertEquals(Optional.empty(), store.spec(ID));
        assertEquals(Optional.empty(), store.progress(ID));
        assertEquals(List.of(), store.active());
        assertEquals(Set.of(), freeShards());
        assertEquals(Command.RESUME, store.wanted(ID));
        assertEquals(Optional.empty(), store.acquire(ID, 0, "me", lease()));
        store.command(ID, Command.CANCEL);
        store.waiting(ID, "nothing");
        store.release(invented);
        assertThrows(FencedException.class, () -> store.renew(invented, lease()));
        assertEquals(Optional.empty(), store.progress(ID), "no call but create makes a fan-out");
    }

    @Test
    public void idsAreTakenLiterally() {
        List<FanOutId> ids = Stream.of(
                        "a",
                        "A",
                        "a:0",
                        "a:0:s",
                        "{a}",
                        "{}",
                        "}{",
                        "a.0",
                        "*",
                        "a*",
                        "?",
                        "[a]",
                        "%s",
                        "%00",
                        "\\",
                        "'\"",
                        "../a",
                        "';--",
                        "${a}",
                        "0",
                        "-1",
                        "null",
                        "x".repeat(200),
                        "x".repeat(199) + "y")
                .map(FanOutId::of)
                .toList();
        for (FanOutId id : ids) {
            launch(spec(id, "to " + id), "shard of " + id);
        }
        for (int i = 0; i < ids.size(); i++) {
            ShardLease lease =
                    store.acquire(ids.get(i), 0, "me", lease()).orElseThrow().lease();
            store.openPage(lease, 0, rows(i), null);
        }

        assertEquals(new HashSet<>(ids), new HashSet<>(store.active()));
        for (int i = 0; i < ids.size(); i++) {
            assertEquals(Optional.of(spec(ids.get(i), "to " + ids.get(i))), store.spec(ids.get(i)));
            assertEquals(i, store.progress(ids.get(i)).orElseThrow().recipients(), "rows of " + ids.get(i));
        }
    }

    @Test
    public void twoFanOutsDoNotSeeEachOther() {
        FanOutId other = FanOutId.of("spring-sale-2");
        launch("a");
        launch(spec(other, "Hello"), "a");
        ShardLease mine = acquire(0).lease();
        ShardLease theirs = store.acquire(other, 0, "me", lease()).orElseThrow().lease();
        store.openPage(mine, 0, rows(2), null);
        store.openPage(theirs, 0, rows(3), null);
        store.mark(mine, List.of(ended(0, 0, Kind.ACCEPTED), parked(0, 1, Duration.ZERO)));
        store.closePage(mine, 0);
        store.addPossibleDuplicates(mine, 5);
        store.command(ID, Command.PAUSE);
        store.waiting(ID, "mine alone");

        FanOutProgress progress = store.progress(other).orElseThrow();
        assertEquals(3, progress.open());
        assertEquals(0, progress.done() + progress.parked() + progress.possibleDuplicates());
        assertEquals(FanOutState.RUNNING, progress.state());
        assertEquals(List.of(), store.parked(theirs, true, 10));
        assertEquals(Command.RESUME, store.wanted(other));
        ShardLease mixed = new ShardLease(other, 0, mine.fence());
        assertThrows(FencedException.class, () -> store.renew(mixed, lease()), "a fence of another fan-out");
    }

    @Test
    public void ofManyWhoLaunchAtOnceOneCreates() {
        launched.add(ID);
        List<Launch> launches = Together.run(
                8, () -> store.create(spec(ID, "Hello"), List.of("a", "b"), OptionalLong.empty()), patience());

        assertEquals(1, Collections.frequency(launches, Launch.CREATED));
        assertEquals(7, Collections.frequency(launches, Launch.JOINED));
    }

    // Leases

    @Test
    public void aFreshShardIsGrantedWhole() {
        launch("part-0", "part-1");

        ShardGrant grant = acquire(1);

        assertEquals(new ShardGrant(grant.lease(), "part-1", null, false, 0, List.of(), 0, true), grant);
        assertEquals(ID, grant.lease().fanOut());
        assertEquals(1, grant.lease().shard());
        assertEquals(Set.of(0), freeShards());
    }

    @Test
    public void aShardThatIsHeldIsGrantedToNobodyElse() {
        launch("a");
        acquire(0);
        passTime(half());

        assertEquals(Optional.empty(), store.acquire(ID, 0, "you", lease()));
        assertEquals(Set.of(), freeShards());
    }

    @Test
    public void aLeaseEndsByItself() {
        launch("a");
        ShardLease first = acquire(0).lease();
        store.openPage(first, 0, rows(1), "next");

        passTime(lease());

        assertEquals(Set.of(0), freeShards());
        ShardGrant heir = acquire(0);
        assertEquals("next", heir.cursor());
        assertFalse(heir.released(), "what the first had in flight is not known");
    }

    @Test
    public void aRenewedLeaseLasts() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        for (int i = 0; i < 3; i++) {
            passTime(half());
            store.renew(lease, lease());
        }
        passTime(half());

        assertEquals(Optional.empty(), store.acquire(ID, 0, "you", lease()));
        store.openPage(lease, 0, rows(1), null);
        passTime(half());
        assertEquals(Set.of(0), freeShards(), "the last renewal counts from when it was made");
    }

    @Test
    public void aLeaseThatRanOutIsGoodUntilSomebodyElseTakesTheShard() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), null);
        passTime(lease().multipliedBy(2));

        store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED)));
        store.renew(lease, lease());

        assertEquals(1, progress().count(Kind.ACCEPTED));
        assertEquals(Set.of(), freeShards());
    }

    @Test
    public void aShardGivenBackIsFreeAtOnce() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), "next");

        store.release(lease);
        store.release(lease);

        assertEquals(Set.of(0), freeShards());
        ShardGrant heir = acquire(0);
        assertTrue(heir.released(), "nothing of it was in flight");
        assertEquals("next", heir.cursor());
        assertEquals(List.of(0), pages(heir));
        store.release(lease);
        assertEquals(Set.of(), freeShards(), "said once more, it does not take it from the heir");
    }

    @Test
    public void onlyTheLastOwnerSaysWhetherItWasGivenBack() {
        launch("a");
        store.release(acquire(0).lease());
        acquire(0);
        passTime(lease());

        assertFalse(acquire(0).released());
    }

    @Test
    public void ofManyWhoAskForAShardOneGetsIt() {
        launch("a");
        for (int round = 0; round < 20; round++) {
            List<Optional<ShardGrant>> grants = Together.run(8, () -> store.acquire(ID, 0, "me", lease()), patience());

            List<ShardGrant> granted = grants.stream().flatMap(Optional::stream).toList();
            assertEquals(1, granted.size(), "grants in round " + round);
            store.release(granted.get(0).lease());
        }
    }
}
