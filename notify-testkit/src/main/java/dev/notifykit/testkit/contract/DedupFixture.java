package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.dedup.TargetEnds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of {@link DedupStoreContract} have in common: a store, time, four owners, and the answers of the store without futures. */
public abstract class DedupFixture {

    static final Claim DUPLICATE = new Claim.Duplicate();
    static final Claim STALE = new Claim.Stale();
    static final Claim NEW = new Claim.New(Set.of(), false);
    static final Claim TAKEN_OVER = new Claim.New(Set.of(), true);

    static final ClaimOwner ANNA = new ClaimOwner("anna");
    static final ClaimOwner BERT = new ClaimOwner("bert");
    static final ClaimOwner CARL = new ClaimOwner("carl");
    static final ClaimOwner DORA = new ClaimOwner("dora");

    /** Whatever is not under test has this id. */
    static final DedupKey EVENT = DedupKey.of("match-7");

    private final List<DedupStore> made = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // made before each test
    private DedupStore store;

    DedupFixture() {}

    /**
     * Makes a store that knows nothing. Closed by the contract.
     *
     * @return an empty store
     */
    protected abstract DedupStore createStore();

    /**
     * Lets time pass for the stores that were made. A store on a real clock waits, or shifts what it has written.
     *
     * @param by how much
     */
    protected abstract void passTime(Duration by);

    /**
     * How long leases last in these tests. Everything else that takes time is measured by it.
     *
     * @return 30 s when not overridden, the default of clients; a store on a real clock says a second or two
     */
    protected Duration lease() {
        return Duration.ofSeconds(30);
    }

    /**
     * How much a store on a real clock may be late: how long the calls of one test take, and how coarsely it counts.
     *
     * @return none when not overridden; less than a quarter of the lease
     */
    protected Duration tolerance() {
        return Duration.ZERO;
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
     * How long, in real time, a race or one call may take before it counts as hung.
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

    /** Closes what was made. */
    @AfterEach
    public void closeTheStores() {
        made.forEach(DedupStore::close);
    }

    final DedupStore create() {
        DedupStore fresh = createStore();
        made.add(fresh);
        return fresh;
    }

    final DedupStore store() {
        return store;
    }

    final Duration ttl() {
        return lease().multipliedBy(4);
    }

    final ClaimTerms terms() {
        return new ClaimTerms(lease(), ttl());
    }

    final Duration half() {
        return lease().dividedBy(2);
    }

    final Claim claim(DedupKey key, ClaimOwner owner) {
        return answer(store.claim(key, owner, terms()));
    }

    final Standing renew(ClaimOwner owner) {
        return answer(store.renew(EVENT, owner, terms()));
    }

    final boolean confirm(ClaimOwner owner) {
        return answer(store.confirm(EVENT, owner, TargetEnds.all(targets(1, 2)), ttl()));
    }

    final boolean confirmSome(ClaimOwner owner, int... ended) {
        return answer(store.confirm(EVENT, owner, TargetEnds.some(targets(ended)), ttl()));
    }

    final boolean release(ClaimOwner owner) {
        return answer(store.release(EVENT, owner));
    }

    final <T> T answer(CompletionStage<T> stage) {
        return Answers.get(stage, patience());
    }

    /** Claims something that must be granted. */
    final void hold(DedupKey key, ClaimOwner owner) {
        Claim claim = claim(key, owner);
        assertTrue(isGranted(claim), () -> "granted expected, was " + claim);
    }

    /** Claims and confirms. */
    final void say(DedupKey key, ClaimOwner owner) {
        hold(key, owner);
        assertTrue(answer(store.confirm(key, owner, TargetEnds.all(targets(1, 2)), ttl())));
    }

    /** The owner has no claim: no call of it does anything. */
    final void assertHasNothing(ClaimOwner owner) {
        assertEquals(Standing.LOST, renew(owner), "a renewal by " + owner);
        assertFalse(release(owner), () -> "a release by " + owner);
        assertFalse(confirm(owner), () -> "a confirm by " + owner);
    }

    final void assertSame(Claim expected, Claim actual) {
        assertSame(expected, actual, tolerance());
    }

    /** Equal, but for what a real clock takes from the durations. */
    static void assertSame(Claim expected, Claim actual, Duration tolerance) {
        if (expected instanceof Claim.InFlight wait && actual instanceof Claim.InFlight is) {
            assertTrue(
                    is.leaseEndsIn().compareTo(Duration.ZERO) > 0, () -> "a lease that runs has time left: " + actual);
            assertWithin(wait.leaseEndsIn(), is.leaseEndsIn(), tolerance);
        } else if (expected instanceof Claim.Correction wait && actual instanceof Claim.Correction is) {
            assertWithin(wait.originalsEndIn(), is.originalsEndIn(), tolerance);
        } else {
            assertEquals(expected, actual);
        }
    }

    private static void assertWithin(Duration expected, Duration actual, Duration tolerance) {
        Duration earliest = expected.compareTo(tolerance) > 0 ? expected.minus(tolerance) : Duration.ZERO;
        assertTrue(
                actual.compareTo(expected) <= 0 && actual.compareTo(earliest) >= 0,
                () -> "expected " + expected + ", was " + actual);
    }

    static Claim newFor(int... ended) {
        return new Claim.New(targets(ended), false);
    }

    static Claim correctionOfNobody() {
        return new Claim.Correction(Duration.ZERO);
    }

    static boolean isGranted(Claim claim) {
        return claim instanceof Claim.New || claim instanceof Claim.Correction;
    }

    static Set<TargetDigest> targets(int... numbers) {
        return IntStream.of(numbers).mapToObj(DedupFixture::target).collect(Collectors.toSet());
    }

    static TargetDigest target(int number) {
        return new TargetDigest(String.format("%032x", number));
    }
}
