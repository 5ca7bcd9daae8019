package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.QueueValues.ACCEPTED;
import static dev.notifykit.testkit.contract.QueueValues.EXPIRED;
import static dev.notifykit.testkit.contract.QueueValues.ONE;
import static dev.notifykit.testkit.contract.QueueValues.dead;
import static dev.notifykit.testkit.contract.QueueValues.demand;
import static dev.notifykit.testkit.contract.QueueValues.ended;
import static dev.notifykit.testkit.contract.QueueValues.endedUnexpanded;
import static dev.notifykit.testkit.contract.QueueValues.givenBack;
import static dev.notifykit.testkit.contract.QueueValues.into;
import static dev.notifykit.testkit.contract.QueueValues.message;
import static dev.notifykit.testkit.contract.QueueValues.parked;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.message.Message;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.PartitionLostException;
import dev.notifykit.queue.QueueState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The part of {@link WorkQueueContract} that says who works on a partition. */
public abstract class QueueLeaseRules extends QueueSubmitRules {

    QueueLeaseRules() {}

    private Optional<PartitionLease> acquire(String instance) {
        return queue().acquire(0, instance, lease());
    }

    @Test
    public void aPartitionHasOneOwner() {
        PartitionLease lease = acquire("anna").orElseThrow();

        assertEquals(0, lease.partition());
        assertEquals(Optional.empty(), acquire("bert"));
        passTime(half());
        assertEquals(Optional.empty(), acquire("bert"));
    }

    @Test
    public void aLeaseEndsByItself() {
        assertTrue(acquire("anna").isPresent());
        passTime(lease());

        assertTrue(acquire("bert").isPresent());
    }

    @Test
    public void aRenewedLeaseLasts() {
        PartitionLease lease = acquire("anna").orElseThrow();
        for (int i = 0; i < 3; i++) {
            passTime(half());
            queue().renew(lease, lease());
        }
        assertEquals(Optional.empty(), acquire("bert"));
        queue().renew(lease, lease().multipliedBy(3));
        passTime(lease().multipliedBy(2));
        assertEquals(Optional.empty(), acquire("bert"));
    }

    @Test
    public void aLeaseThatHasRunOutIsGoodUntilAnotherTakesThePartition() {
        submitNew("a");
        PartitionLease lease = acquire("anna").orElseThrow();
        passTime(lease().multipliedBy(2));

        deliverAll(lease);
        queue().renew(lease, lease());
        assertEquals(Optional.empty(), acquire("bert"));
    }

    @Test
    public void aPartitionGivenBackIsFreeAtOnce() {
        PartitionLease lease = acquire("anna").orElseThrow();
        queue().release(lease);
        queue().release(lease);

        assertTrue(acquire("bert").isPresent());
    }

    @Test
    public void whoeverWasReplacedCannotGiveThePartitionAway() {
        PartitionLease late = acquire("anna").orElseThrow();
        passTime(lease());
        PartitionLease heir = acquire("bert").orElseThrow();
        queue().release(late);
        queue().release(new PartitionLease(0, "invented"));

        assertEquals(Optional.empty(), acquire("carl"));
        queue().renew(heir, lease());
    }

    @Test
    public void everyGrantHasAFenceOfItsOwn() {
        Set<String> fences = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            PartitionLease lease = acquire(i % 2 == 0 ? "anna" : "bert").orElseThrow();
            assertTrue(fences.add(lease.fence()), "the fence of grant " + i + " was there before");
            if (i % 5 == 0) {
                passTime(lease());
            } else {
                queue().release(lease);
            }
        }
    }

    @Test
    public void whoeverAsksAgainSupersedesItself() {
        submitNew("a");
        PartitionLease before = acquire("anna").orElseThrow();
        Delivery delivery = fetchOne(before).delivery();
        PartitionLease now = acquire("anna").orElseThrow();

        assertThrows(PartitionLostException.class, () -> queue().renew(before, lease()));
        assertThrows(PartitionLostException.class, () -> queue().settle(before, List.of(ended(delivery, ACCEPTED))));
        assertEquals(2, fetchOne(now).starts(), "it is another owner as far as work is concerned");
    }

    /** One test for each call that shows a lease. */
    @TestFactory
    public Stream<DynamicTest> whoeverWasReplacedIsRefused() {
        Map<String, BiConsumer<PartitionLease, Held>> calls = new LinkedHashMap<>();
        calls.put("renew", (lease, held) -> queue().renew(lease, lease().multipliedBy(9)));
        calls.put("fetch", (lease, held) -> queue().fetch(lease, demand(9, 9)));
        calls.put("fetch nothing", (lease, held) -> queue().fetch(lease, demand(0, 0)));
        calls.put("expand into deliveries", (lease, held) -> queue().expand(lease, List.of(into(held.message, 7, 8))));
        calls.put(
                "expand into nothing",
                (lease, held) -> queue().expand(lease, List.of(endedUnexpanded(held.message, EXPIRED, true))));
        calls.put("settle: ended", (lease, held) -> queue().settle(lease, List.of(ended(held.delivery, ACCEPTED))));
        calls.put("settle: released", (lease, held) -> queue().settle(lease, List.of(ended(held.delivery, EXPIRED))));
        calls.put("settle: parked", (lease, held) -> queue().settle(lease, List.of(parked(held.delivery, lease()))));
        calls.put("settle: given back", (lease, held) -> queue().settle(lease, List.of(givenBack(held.delivery))));
        calls.put("settle: dead", (lease, held) -> queue().settle(lease, List.of(dead(held.delivery))));
        calls.put("alone", (lease, held) -> queue().alone(lease, held.delivery));
        return Stream.of(true, false)
                .flatMap(inOrder -> calls.entrySet().stream()
                        .map(call -> DynamicTest.dynamicTest(
                                call.getKey() + (inOrder ? " after release" : " after its lease ended"),
                                () -> assertRefused(inOrder, call.getValue()))));
    }

    /** What an owner had in work. */
    private record Held(Message message, Delivery delivery) {}

    private void assertRefused(boolean inOrder, BiConsumer<PartitionLease, Held> call) {
        make(1, PLENTY, PLENTY);
        submitNew(to(message("a", ONE), 1));
        submitNew(to(message("b", null), 1));
        submitNew(toExpand(message("c", null)));
        PartitionLease late = acquire("late").orElseThrow();
        Fetched fetched = fetch(late, 1, 1);
        Held held = new Held(
                fetched.messages().get(0).message(), fetched.deliveries().get(0).delivery());
        if (inOrder) {
            queue().release(late);
            assertThrows(PartitionLostException.class, () -> call.accept(late, held), "given back, taken by nobody");
        } else {
            passTime(lease());
        }
        PartitionLease heir = own("heir");
        QueueState before = state();

        assertThrows(PartitionLostException.class, () -> call.accept(late, held));
        assertThrows(
                PartitionLostException.class,
                () -> call.accept(new PartitionLease(0, heir.fence() + "x"), held),
                "invented");
        assertThrows(PartitionLostException.class, () -> call.accept(new PartitionLease(0, ""), held), "empty");

        assertEquals(before, state());
        assertInFlight(ONE);
        Fetched heirs = fetchAll(heir);
        assertEquals(List.of("c"), QueueValues.messagesOf(heirs));
        assertEquals(Set.of("a", "b"), new HashSet<>(QueueValues.namesOf(heirs)));
        assertTrue(heirs.deliveries().stream().noneMatch(started -> started.diedAlone()));
        expand(heir, into(held.message, 3));
        deliver(heir, heirs);
        deliverAll(heir);
        assertEquals(3, state().made());
        assertEquals(0, state().pending());
    }

    // Several partitions

    @Test
    public void everyMessageIsInOnePartition() {
        make(4, PLENTY, PLENTY);
        assertEquals(4, queue().partitions());
        Set<String> names = new HashSet<>(QueueValues.names("m", 1, 80));
        names.forEach(this::submitNew);
        submitNew(toExpand(message("x", null)));
        List<String> fetched = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        int used = 0;
        for (int i = 0; i < 4; i++) {
            PartitionLease lease = queue().acquire(i, "owner-" + i, lease()).orElseThrow();
            Fetched some = fetchAll(lease);
            used += some.deliveries().isEmpty() ? 0 : 1;
            fetched.addAll(QueueValues.namesOf(some));
            messages.addAll(QueueValues.messagesOf(some));
            deliver(lease, some);
        }

        assertEquals(80, fetched.size(), "each once");
        assertEquals(names, new HashSet<>(fetched));
        assertEquals(List.of("x"), messages);
        assertTrue(used > 1, "all in one partition");
        assertEquals(1, state().pending());
    }

    @Test
    public void whatSharesAKeySharesAPartition() {
        make(4, PLENTY, PLENTY);
        submitNew(to(message("a", ONE), 1));
        for (int i = 2; i < 6; i++) {
            assertVerdict(
                    Verdict.CORRECTION, submit(to(message("m" + i, QueueValues.EVENT.content("content " + i)), 1)));
        }
        int used = 0;
        for (int i = 0; i < 4; i++) {
            int here = fetchAll(queue().acquire(i, "me", lease()).orElseThrow())
                    .deliveries()
                    .size();
            assertTrue(here == 0 || here == 5, "messages of one key in several partitions");
            used += here;
        }
        assertEquals(5, used);
    }

    @Test
    public void partitionsAreOwnedOneByOne() {
        make(2, PLENTY, PLENTY);
        PartitionLease first = queue().acquire(0, "anna", lease()).orElseThrow();
        PartitionLease second = queue().acquire(1, "bert", lease()).orElseThrow();

        assertEquals(Optional.empty(), queue().acquire(1, "anna", lease()));
        queue().release(first);
        queue().renew(second, lease());
        assertThrows(PartitionLostException.class, () -> queue().fetch(first, demand(1, 1)));
        assertThrows(
                PartitionLostException.class,
                () -> queue().fetch(new PartitionLease(0, second.fence()), demand(1, 1)),
                "the other partition's fence");
        assertTrue(queue().acquire(0, "bert", lease()).isPresent());
    }

    // Who takes part

    @Test
    public void instancesAreCountedUntilTheyLeaveOrFallSilent() {
        Duration brief = lease();
        Duration longer = lease().multipliedBy(3);
        assertEquals(1, queue().attend("anna", brief));
        assertEquals(1, queue().attend("anna", brief));
        assertEquals(2, queue().attend("bert", longer));
        assertEquals(3, queue().attend("carl", longer));
        queue().leave("carl");
        queue().leave("carl");
        queue().leave("nobody");
        assertEquals(2, queue().attend("anna", brief));
        passTime(lease().plus(half()));

        assertEquals(1, queue().attend("bert", longer));
        assertEquals(2, queue().attend("anna", brief));
        assertFalse(queue().acquire(0, "whoever", lease()).isEmpty(), "attending is no condition");
    }
}
