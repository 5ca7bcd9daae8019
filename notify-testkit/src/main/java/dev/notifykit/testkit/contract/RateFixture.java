package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.notifykit.limit.RateAsk;
import dev.notifykit.limit.RateGrant;
import dev.notifykit.limit.RateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of {@link RateStoreContract} have in common: a store, time, askers who number their calls, and the answers without futures. */
public abstract class RateFixture {

    static final String ANNA = "anna";
    static final String BERT = "bert";
    static final String CARL = "carl";

    /** Whatever is not under test is of this rate: a permit each 10 ms, and {@value #BURST} at first. */
    static final String RATE = "lane app/apns/PRODUCTION";

    static final double PER_SECOND = 100;
    static final int BURST = 11;

    private final List<RateStore> made = new ArrayList<>();
    private final Map<String, Long> numbers = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // made before each test
    private RateStore store;

    RateFixture() {}

    /**
     * Makes a store that knows nothing, with a clock that stands still but for {@link #passTime}: these tests count single permits. Closed by the
     * contract.
     *
     * @return an empty store
     */
    protected abstract RateStore createStore();

    /**
     * Lets time pass for the stores that were made.
     *
     * @param by whole microseconds
     */
    protected abstract void passTime(Duration by);

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
        made.forEach(RateStore::close);
    }

    final RateStore create() {
        RateStore fresh = createStore();
        made.add(fresh);
        return fresh;
    }

    final RateStore store() {
        return store;
    }

    /** The asker's next call. */
    final RateAsk next(String asker, int most) {
        return new RateAsk(RATE, PER_SECOND, asker, numbers.merge(asker, 1L, Long::sum), most);
    }

    final RateGrant take(RateAsk ask) {
        return Answers.get(store.take(ask), patience());
    }

    final RateGrant take(String asker, int most) {
        return take(next(asker, most));
    }

    final void assertTakes(int permits, String asker, int most) {
        assertEquals(permits, take(asker, most).permits(), "permits");
    }
}
