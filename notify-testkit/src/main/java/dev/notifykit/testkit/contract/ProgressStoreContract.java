package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.ProgressValues.bits;
import static dev.notifykit.testkit.contract.ProgressValues.ended;
import static dev.notifykit.testkit.contract.ProgressValues.parked;
import static dev.notifykit.testkit.contract.ProgressValues.parkedAgain;
import static dev.notifykit.testkit.contract.ProgressValues.parkedEnded;
import static dev.notifykit.testkit.contract.ProgressValues.rows;
import static dev.notifykit.testkit.contract.ProgressValues.spec;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ProgressStore.Command;
import dev.notifykit.fanout.ProgressStore.Launch;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link ProgressStore} has to keep. A store's test extends this class and says how an empty store is made and how time
 * passes for it:
 *
 * <pre>{@code
 * class MyProgressStoreTest extends ProgressStoreContract {
 *     private final ManualTime time = ManualTime.create();
 *
 *     protected ProgressStore createStore() {
 *         return new MyProgressStore(time);
 *     }
 *
 *     protected void passTime(Duration by) {
 *         time.advance(by);
 *     }
 * }
 * }</pre>
 *
 * <p>After every test the law is checked: rows of opened pages = rows with a result + unmarked rows + parked rows. JUnit makes a
 * new instance for every test.
 */
public abstract class ProgressStoreContract {

    private static final FanOutId ID = FanOutId.of("spring-sale");
    private static final List<Kind> KINDS = List.of(Kind.values());

    private final List<ProgressStore> made = new ArrayList<>();
    private final Set<FanOutId> launched = new HashSet<>();

    @SuppressWarnings("NullAway.Init") // made before each test
    private ProgressStore store;

    /** For subclasses; JUnit makes one instance per test. */
    protected ProgressStoreContract() {}

    /**
     * Makes a store that knows no fan-out. Closed by the contract.
     *
     * @return an empty store
     */
    protected abstract ProgressStore createStore();

    /**
     * Lets time pass for the stores that were made. Called by several threads at once. A store on a real clock waits until as much time has
     * gone by since its test began as was asked for altogether; then the time that the calls themselves take does no harm.
     *
     * @param by how much
     */
    protected abstract void passTime(Duration by);

    /**
     * How long leases last in these tests. Everything else that takes time is measured by it.
     *
     * @return 30 s when not overridden, the engine's default; a store on a real clock says a second or two
     */
    protected Duration lease() {
        return Duration.ofSeconds(30);
    }

    /**
     * The longest time that {@link #passTime} can let pass. Rules that take longer are not tried.
     *
     * @return 30 days when not overridden; a store on a real clock says some seconds
     */
    protected Duration longestWait() {
        return Duration.ofDays(30);
    }

    /**
     * How many random calls each seed makes.
     *
     * @return 10,000 when not overridden
     */
    protected int modelSteps() {
        return 10_000;
    }

    /**
     * How long, in real time, a race may take before it counts as hung.
     *
     * @return two minutes when not overridden
     */
    protected Duration patience() {
        return Duration.ofMinutes(2);
    }

    /** Makes the store of one test. */
    @BeforeEach
    public void makeTheStore() {
        store = create();
    }

    /** Checks the law, and closes what was made. */
    @AfterEach
    public void checkTheLawAndClose() {
        try {
            launched.forEach(id -> store.progress(id)
                    .ifPresent(progress -> assertTrue(progress.isConserved(), () -> "the law is broken: " + progress)));
        } finally {
            made.forEach(ProgressStore::close);
        }
    }

    private ProgressStore create() {
        ProgressStore fresh = createStore();
        made.add(fresh);
        return fresh;
    }

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

    // Pages

    @Test
    public void theHeirGetsOpenPagesWhole() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), "c1");
        store.openPage(lease, 1, ProgressValues.oddRows(), "c2 {}:\u0000\n\ud83d\ude00");
        store.openPage(lease, 2, List.of(), "c3");
        store.openPage(lease, 3, rows("last", 1), null);
        store.mark(
                lease,
                List.of(
                        ended(0, 0, Kind.ACCEPTED),
                        ended(0, 1, Kind.REJECTED),
                        ended(1, 2, Kind.UNKNOWN),
                        parked(1, 0, lease())));
        store.closePage(lease, 0);
        store.intend(lease, 1, bits(1, 2));
        passTime(lease());

        ShardGrant heir = acquire(0);

        assertNull(heir.cursor());
        assertTrue(heir.readToEnd());
        assertEquals(4, heir.nextPage());
        assertEquals(1, heir.parked());
        assertEquals(List.of(1, 2, 3), pages(heir));
        OpenPage odd = heir.openPages().get(0);
        assertEquals(ProgressValues.oddRows(), odd.rows());
        assertArrayEquals(
                new byte[] {
                    OpenPage.PARKED,
                    OpenPage.UNMARKED,
                    OpenPage.code(Kind.UNKNOWN),
                    OpenPage.UNMARKED,
                    OpenPage.UNMARKED
                },
                odd.marks());
        assertEquals(bits(1, 2), odd.intents());
        assertEquals(List.of(), heir.openPages().get(1).rows());
        assertEquals(rows("last", 1), heir.openPages().get(2).rows());
    }

    @Test
    public void cursorsComeBackAsTheyWere() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        int page = 0;
        for (String cursor :
                List.of("0", "", " ", "{}:*", "\u0000\r\n", "\u00fc\u6f22\ud83d\ude00", "x".repeat(5_000))) {
            store.openPage(lease, page++, List.of(), cursor);
            store.release(lease);
            ShardGrant heir = acquire(0);
            assertEquals(cursor, heir.cursor());
            assertFalse(heir.readToEnd());
            lease = heir.lease();
        }
    }

    @Test
    public void aLargePageComesBackWhole() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        int size = 5_000;
        store.openPage(lease, 0, rows(size), "next");
        List<Mark> marks = IntStream.range(0, size)
                .filter(i -> i % 7 != 0)
                .<Mark>mapToObj(i -> ended(0, i, kind(i)))
                .toList();
        store.mark(lease, marks);
        store.release(lease);

        OpenPage page = acquire(0).openPages().get(0);

        assertEquals(rows(size), page.rows());
        for (int i = 0; i < size; i++) {
            assertEquals(i % 7 == 0 ? OpenPage.UNMARKED : OpenPage.code(kind(i)), page.marks()[i], "mark of row " + i);
        }
        assertEquals(marks.size(), progress().done());
    }

    @Test
    public void openingAPageAgainChangesNothing() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(3), "c1");
        store.openPage(lease, 1, rows(2), "c2");
        store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED)));

        store.openPage(lease, 0, rows(3), "c1");
        store.openPage(lease, 1, rows(2), "c2");

        assertProgress(5, 4, 0, Map.of(Kind.ACCEPTED, 1L));
        store.release(lease);
        ShardGrant heir = acquire(0);
        assertEquals("c2", heir.cursor(), "the cursor never goes back");
        assertEquals(2, heir.nextPage());
        assertEquals(List.of(0, 1), pages(heir));
        assertEquals(OpenPage.code(Kind.ACCEPTED), heir.openPages().get(0).marks()[0]);
    }

    @Test
    public void aClosedPageIsNotOpenedAgain() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), "c1");
        store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED)));
        store.closePage(lease, 0);

        store.openPage(lease, 0, rows(1), "c1");

        assertProgress(1, 0, 0, Map.of(Kind.ACCEPTED, 1L));
        store.release(lease);
        assertEquals(List.of(), pages(acquire(0)));
    }

    @Test
    public void pagesAreOpenedInTheirOrder() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        assertRefused(() -> store.openPage(lease, 1, rows(1), "gap"));
        store.openPage(lease, 0, rows(1), null);
        assertRefused(() -> store.openPage(lease, 1, rows(1), "behind the end"));

        assertProgress(1, 1, 0, Map.of());
        assertTrue(progress().readToEnd());
    }

    @Test
    public void aPageIsClosedWhenEveryRowIsMarked() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), "c1");
        store.openPage(lease, 1, List.of(), "c2");
        store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED)));
        assertThrows(IllegalStateException.class, () -> store.closePage(lease, 0));
        store.mark(lease, List.of(parked(0, 1, lease())));

        store.closePage(lease, 1);
        store.closePage(lease, 0);
        store.closePage(lease, 0);

        store.release(lease);
        ShardGrant heir = acquire(0);
        assertEquals(List.of(), pages(heir));
        assertEquals(2, heir.nextPage());
        assertEquals(1, heir.parked());
        assertProgress(2, 0, 1, Map.of(Kind.ACCEPTED, 1L));
    }

    // Marks

    @Test
    public void everyKindOfResultIsCounted() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        Kind[] kinds = Kind.values();
        store.openPage(lease, 0, rows(2 * kinds.length), "next");
        for (Kind kind : kinds) {
            int index = 2 * List.of(kinds).indexOf(kind);
            store.mark(lease, List.of(ended(0, index, kind), parked(0, index + 1, Duration.ZERO)));
            store.mark(lease, List.of(parkedEnded(0, index + 1, kind)));
        }

        Map<Kind, Long> twoEach = Stream.of(kinds).collect(Collectors.toMap(kind -> kind, kind -> 2L));
        assertProgress(2L * kinds.length, 0, 0, twoEach);
        store.release(lease);
        byte[] marks = acquire(0).openPages().get(0).marks();
        for (int i = 0; i < kinds.length; i++) {
            assertEquals(kinds[i], OpenPage.kind(marks[2 * i]));
            assertEquals(OpenPage.PARKED, marks[2 * i + 1], "it left the page");
        }
    }

    @Test
    public void aRowCountsOnceHoweverOftenItIsMarked() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        List<Mark> marks = List.of(ended(0, 0, Kind.ACCEPTED), parked(0, 1, lease()), ended(0, 2, Kind.TOKEN_INVALID));
        store.openPage(lease, 0, rows(4), "next");
        store.mark(lease, marks);
        store.mark(lease, marks);
        store.mark(lease, List.of(ended(0, 0, Kind.EXPIRED), ended(0, 1, Kind.EXPIRED), parked(0, 2, lease())));
        store.mark(lease, List.of(ended(0, 3, Kind.REJECTED), ended(0, 3, Kind.ACCEPTED)));

        assertProgress(4, 0, 1, Map.of(Kind.ACCEPTED, 1L, Kind.TOKEN_INVALID, 1L, Kind.REJECTED, 1L));
    }

    @Test
    public void aParkedRowEndsOnce() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), "next");
        List<Mark> park = List.of(parked(0, 0, Duration.ZERO), parked(0, 1, Duration.ZERO));
        store.mark(lease, park);
        store.mark(lease, List.of(parkedEnded(0, 0, Kind.ACCEPTED)));

        store.mark(lease, List.of(parkedEnded(0, 0, Kind.ACCEPTED), parkedEnded(0, 0, Kind.EXPIRED)));
        store.mark(lease, List.of(parkedAgain(0, 0, 2, Duration.ZERO)));
        store.mark(lease, park);

        assertProgress(2, 0, 1, Map.of(Kind.ACCEPTED, 1L));
        assertEquals(List.of(ParkedRow.id(0, 1)), ids(store.parked(lease, true, 9)));
    }

    @Test
    public void marksThatComeAfterThePageWasClosedChangeNothing() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), "next");
        List<Mark> marks = List.of(ended(0, 0, Kind.ACCEPTED), parked(0, 1, Duration.ZERO));
        store.mark(lease, marks);
        store.closePage(lease, 0);
        store.mark(lease, marks);
        store.mark(lease, List.of(parkedEnded(0, 1, Kind.EXPIRED)));
        store.mark(lease, marks);
        store.intend(lease, 0, bits(0));

        assertProgress(2, 0, 0, Map.of(Kind.ACCEPTED, 1L, Kind.EXPIRED, 1L));
    }

    @Test
    public void marksAreAllOrNothing() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), "next");

        assertRefused(() -> store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED), ended(0, 2, Kind.ACCEPTED))));
        assertRefused(() -> store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED), ended(0, -1, Kind.ACCEPTED))));
        assertRefused(() -> store.mark(lease, List.of(parked(0, 0, Duration.ZERO), parked(1, 0, Duration.ZERO))));

        assertProgress(2, 2, 0, Map.of());
    }

    // Intents

    @Test
    public void intentsAddUpAndGoToTheHeir() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(300), "next");
        store.openPage(lease, 1, rows(3), "next");
        store.intend(lease, 0, bits(0, 1));
        store.intend(lease, 0, bits(1, 2, 299));
        store.intend(lease, 0, new BitSet());
        store.mark(lease, List.of(ended(0, 2, Kind.ACCEPTED)));
        passTime(lease());

        ShardGrant heir = acquire(0);

        assertEquals(bits(0, 1, 2, 299), heir.openPages().get(0).intents());
        assertEquals(new BitSet(), heir.openPages().get(1).intents());
        assertRefused(() -> store.intend(heir.lease(), 1, bits(3)));
    }

    @Test
    public void parkingTakesBackTheIntent() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(3), null);
        store.intend(lease, 0, bits(0, 1));
        store.mark(lease, List.of(parked(0, 1, lease())));
        passTime(lease());

        assertEquals(bits(0), acquire(0).openPages().get(0).intents());
    }

    // Parked rows

    @Test
    public void parkedRowsComeWhenTheyAreDueTheEarliestFirst() {
        launch("a");
        ShardLease lease = store.acquire(ID, 0, "me", lease().multipliedBy(9))
                .orElseThrow()
                .lease();
        store.openPage(lease, 0, rows(4), null);
        store.mark(
                lease,
                List.of(
                        parked(0, 0, half().multipliedBy(5)),
                        parked(0, 1, half()),
                        parked(0, 2, half().multipliedBy(3)),
                        parked(0, 3, Duration.ZERO)));

        assertEquals(List.of(3), indexes(store.parked(lease, false, 10)));
        assertEquals(List.of(3, 1, 2, 0), indexes(store.parked(lease, true, 10)));
        assertEquals(List.of(3, 1), indexes(store.parked(lease, true, 2)));
        passTime(lease());
        assertEquals(List.of(3, 1), indexes(store.parked(lease, false, 10)), "they stay until they are marked");
        assertEquals(List.of(3), indexes(store.parked(lease, false, 1)));
        passTime(lease());
        assertEquals(List.of(3, 1, 2), indexes(store.parked(lease, false, 10)));

        store.mark(lease, List.of(parkedAgain(0, 1, 2, half()), parkedEnded(0, 3, Kind.ACCEPTED)));

        assertEquals(List.of(2), indexes(store.parked(lease, false, 10)));
        passTime(lease());
        assertEquals(Set.of(0, 1, 2), new HashSet<>(indexes(store.parked(lease, false, 10))));
        assertProgress(4, 0, 3, Map.of(Kind.ACCEPTED, 1L));
    }

    @Test
    public void aParkedRowCarriesAllThatIsKnownOfIt() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        List<ParkedRow> parked = new ArrayList<>();
        for (int i = 0; i < ProgressValues.oddRows().size(); i++) {
            parked.add(new ParkedRow(
                    ParkedRow.id(0, i),
                    ProgressValues.oddRows().get(i),
                    i * 1_000,
                    i % 2 == 0,
                    Duration.ofNanos(1_234_567_891L * i),
                    i % 3 == 0));
        }
        store.openPage(lease, 0, ProgressValues.oddRows(), "next");
        for (ParkedRow row : parked) {
            int index = parked.indexOf(row);
            store.mark(lease, List.of(new Mark.Parked(0, index, row, half().multipliedBy(1 + index))));
        }
        store.closePage(lease, 0);
        store.release(lease);

        assertEquals(parked, store.parked(acquire(0).lease(), true, 10));
    }

    @Test
    public void whatIsParkedAgainIsKeptAsItIsNow() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), null);
        store.mark(lease, List.of(parked(0, 0, Duration.ZERO)));
        ParkedRow now =
                new ParkedRow(ParkedRow.id(0, 0), ProgressValues.row("0/0"), 7, true, Duration.ofMinutes(9), true);

        store.mark(lease, List.of(new Mark.ParkedAgain(now, lease())));
        store.mark(lease, List.of(new Mark.ParkedAgain(now, lease())));

        assertEquals(List.of(), store.parked(lease, false, 10));
        assertEquals(List.of(now), store.parked(lease, true, 10));
        assertProgress(1, 0, 1, Map.of());
    }

    @Test
    public void parkedRowsAndTheirDueTimesGoToTheHeir() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), null);
        store.mark(lease, List.of(parked(0, 0, half().multipliedBy(5)), parked(0, 1, half())));
        store.closePage(lease, 0);
        passTime(lease());

        ShardGrant heir = acquire(0);

        assertEquals(2, heir.parked());
        assertEquals(List.of(1), indexes(store.parked(heir.lease(), false, 10)));
        assertEquals(List.of(1, 0), indexes(store.parked(heir.lease(), true, 10)));
    }

    @Test
    public void manyParkedRowsComeInPortions() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        int size = 1_000;
        store.openPage(lease, 0, rows(size), null);
        store.mark(
                lease,
                IntStream.range(0, size)
                        .mapToObj(i -> parked(0, i, Duration.ZERO))
                        .toList());
        Set<Long> seen = new HashSet<>();
        for (List<ParkedRow> some = store.parked(lease, false, 64);
                !some.isEmpty();
                some = store.parked(lease, false, 64)) {
            assertTrue(some.size() <= 64);
            some.forEach(row -> assertTrue(seen.add(row.id()), "it was marked, and comes again"));
            store.mark(
                    lease,
                    some.stream()
                            .<Mark>map(row -> new Mark.ParkedEnded(row.id(), Kind.ACCEPTED))
                            .toList());
            assertProgress(size, 0, size - seen.size(), Map.of(Kind.ACCEPTED, (long) seen.size()));
        }
        assertEquals(size, seen.size());
    }

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

    // Many at once, and at random

    @TestFactory
    public Stream<DynamicTest> runnersWhoReplaceOneAnotherEndEveryRowOnce() {
        return Arrays.stream(Seeds.some())
                .mapToObj(seed -> DynamicTest.dynamicTest(
                        "seed " + seed,
                        () -> new ProgressRace(create(), this::passTime, lease(), patience()).run(seed)));
    }

    @TestFactory
    public Stream<DynamicTest> doesWhatTheReferenceDoes() {
        return Arrays.stream(Seeds.some())
                .mapToObj(seed -> DynamicTest.dynamicTest(
                        "seed " + seed,
                        () -> new ProgressModel(create(), this::passTime, lease(), seed).run(modelSteps())));
    }

    private void launch(String... shards) {
        launch(spec(ID, "Hello"), shards);
    }

    private void launch(FanOutSpec spec, String... shards) {
        launched.add(spec.id());
        assertEquals(Launch.CREATED, store.create(spec, List.of(shards), OptionalLong.empty()));
    }

    private ShardGrant acquire(int shard) {
        return store.acquire(ID, shard, "me", lease()).orElseThrow();
    }

    private FanOutProgress progress() {
        return store.progress(ID).orElseThrow();
    }

    private Set<Integer> freeShards() {
        return new HashSet<>(store.freeShards(ID));
    }

    private Duration half() {
        return lease().dividedBy(2);
    }

    private void assertProgress(long recipients, long open, long parked, Map<Kind, Long> results) {
        FanOutProgress progress = progress();
        assertAll(
                () -> assertEquals(recipients, progress.recipients(), "recipients"),
                () -> assertEquals(open, progress.open(), "open"),
                () -> assertEquals(parked, progress.parked(), "parked"),
                () -> assertEquals(results, progress.results(), "results"));
    }

    /** Which exception it is, is the store's own affair; but it is no lost lease. */
    private static void assertRefused(Runnable call) {
        RuntimeException refusal = assertThrows(RuntimeException.class, call::run);
        assertNotEquals(FencedException.class, refusal.getClass());
    }

    private static List<Integer> pages(ShardGrant grant) {
        return grant.openPages().stream().map(OpenPage::number).toList();
    }

    private static List<Long> ids(List<ParkedRow> rows) {
        return rows.stream().map(ParkedRow::id).toList();
    }

    private static List<Integer> indexes(List<ParkedRow> rows) {
        return rows.stream()
                .map(row -> (int) (row.id() & ((1 << ParkedRow.ROW_BITS) - 1)))
                .toList();
    }

    private static Kind kind(int number) {
        return KINDS.get(number % KINDS.size());
    }
}
