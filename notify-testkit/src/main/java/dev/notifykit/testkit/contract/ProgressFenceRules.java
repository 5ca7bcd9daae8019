package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.ProgressValues.bits;
import static dev.notifykit.testkit.contract.ProgressValues.ended;
import static dev.notifykit.testkit.contract.ProgressValues.parked;
import static dev.notifykit.testkit.contract.ProgressValues.parkedAgain;
import static dev.notifykit.testkit.contract.ProgressValues.parkedEnded;
import static dev.notifykit.testkit.contract.ProgressValues.rows;
import static dev.notifykit.testkit.contract.ProgressValues.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The part of {@link ProgressStoreContract} that says that nobody writes who was replaced. */
public abstract class ProgressFenceRules extends ProgressLaunchRules {

    ProgressFenceRules() {}

    @Test
    public void everyGrantRaisesTheFence() {
        launch("a");
        Set<String> fences = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            ShardLease lease = acquire(0).lease();
            assertTrue(fences.add(lease.fence()), "the fence of grant " + i + " was there before");
            if (i % 5 == 0) {
                passTime(lease());
            } else {
                store.release(lease);
            }
        }
    }

    /** One test for each method that shows a lease. */
    @TestFactory
    public Stream<DynamicTest> whoeverWasReplacedIsFenced() {
        Map<String, Consumer<ShardLease>> calls = new LinkedHashMap<>();
        calls.put("renew", lease -> store.renew(lease, lease().multipliedBy(9)));
        calls.put("openPage", lease -> store.openPage(lease, 2, rows(3), null));
        calls.put("openPage, repeated", lease -> store.openPage(lease, 1, List.of(), "c2"));
        calls.put("intend", lease -> store.intend(lease, 0, bits(0)));
        calls.put("mark a row ended", lease -> store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED))));
        calls.put("mark a row parked", lease -> store.mark(lease, List.of(parked(0, 0, Duration.ZERO))));
        calls.put("mark a parked row again", lease -> store.mark(lease, List.of(parkedAgain(0, 1, 9, lease()))));
        calls.put("mark a parked row ended", lease -> store.mark(lease, List.of(parkedEnded(0, 1, Kind.ACCEPTED))));
        calls.put("mark nothing", lease -> store.mark(lease, List.of()));
        calls.put("closePage", lease -> store.closePage(lease, 1));
        calls.put("parked", lease -> store.parked(lease, true, 1));
        calls.put("addPossibleDuplicates", lease -> store.addPossibleDuplicates(lease, 1));
        calls.put("endShard", lease -> store.endShard(lease, ShardEnd.CANCELLED, null));
        return Stream.of(true, false)
                .flatMap(inOrder -> calls.entrySet().stream()
                        .map(call -> DynamicTest.dynamicTest(
                                call.getKey() + (inOrder ? " after release" : " after its lease ended"),
                                () -> assertFenced(inOrder, call.getValue()))));
    }

    private void assertFenced(boolean inOrder, Consumer<ShardLease> call) {
        FanOutId id = FanOutId.random();
        launch(spec(id, "Hello"), "a");
        ShardLease late = store.acquire(id, 0, "late", lease()).orElseThrow().lease();
        store.openPage(late, 0, rows(2), "c1");
        store.openPage(late, 1, List.of(), "c2");
        store.mark(late, List.of(parked(0, 1, lease())));
        if (inOrder) {
            store.release(late);
            assertThrows(FencedException.class, () -> call.accept(late), "given back, and taken by nobody");
        } else {
            passTime(lease());
        }
        ShardLease heir = store.acquire(id, 0, "heir", lease().multipliedBy(3))
                .orElseThrow()
                .lease();
        FanOutProgress before = store.progress(id).orElseThrow();

        assertThrows(FencedException.class, () -> call.accept(late));
        assertThrows(FencedException.class, () -> call.accept(new ShardLease(id, 0, heir.fence() + "x")), "invented");
        assertThrows(FencedException.class, () -> call.accept(new ShardLease(id, 0, "")), "empty");

        assertEquals(before, store.progress(id).orElseThrow());
        assertEquals(1, store.parked(heir, true, 9).get(0).attempts());
        store.release(heir);
        ShardGrant next = store.acquire(id, 0, "next", lease()).orElseThrow();
        assertEquals(List.of(0, 1), pages(next));
        assertEquals("c2", next.cursor());
        assertEquals(new BitSet(), next.openPages().get(0).intents());
    }

    @Test
    public void whoeverWasReplacedCannotGiveTheShardAway() {
        launch("a");
        ShardLease late = acquire(0).lease();
        passTime(lease());
        ShardLease heir = acquire(0).lease();

        store.release(late);
        store.release(new ShardLease(ID, 0, "invented"));

        assertEquals(Set.of(), freeShards());
        store.renew(heir, lease());
    }
}
