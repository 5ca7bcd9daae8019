package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.ProgressValues.spec;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ProgressStore.Launch;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of {@link ProgressStoreContract} have in common: a store, time, one fan-out, and the law that is checked after each. */
public abstract class ProgressFixture {

    static final FanOutId ID = FanOutId.of("spring-sale");

    final Set<FanOutId> launched = new HashSet<>();

    private final List<ProgressStore> made = new ArrayList<>();

    ProgressStore store;

    @SuppressWarnings("NullAway.Init") // made before each test
    ProgressFixture() {}

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

    final ProgressStore create() {
        ProgressStore fresh = createStore();
        made.add(fresh);
        return fresh;
    }

    final void launch(String... shards) {
        launch(spec(ID, "Hello"), shards);
    }

    final void launch(FanOutSpec spec, String... shards) {
        launched.add(spec.id());
        assertEquals(Launch.CREATED, store.create(spec, List.of(shards), OptionalLong.empty()));
    }

    final ShardGrant acquire(int shard) {
        return store.acquire(ID, shard, "me", lease()).orElseThrow();
    }

    final FanOutProgress progress() {
        return store.progress(ID).orElseThrow();
    }

    final Set<Integer> freeShards() {
        return new HashSet<>(store.freeShards(ID));
    }

    final Duration half() {
        return lease().dividedBy(2);
    }

    final void assertProgress(long recipients, long open, long parked, Map<Kind, Long> results) {
        FanOutProgress progress = progress();
        assertAll(
                () -> assertEquals(recipients, progress.recipients(), "recipients"),
                () -> assertEquals(open, progress.open(), "open"),
                () -> assertEquals(parked, progress.parked(), "parked"),
                () -> assertEquals(results, progress.results(), "results"));
    }

    static List<Integer> pages(ShardGrant grant) {
        return grant.openPages().stream().map(OpenPage::number).toList();
    }
}
