package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.Reservation;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of {@link CapStoreContract} have in common: a store, time, a phone, and the answers of the store without futures. */
public abstract class CapFixture {

    /** Whatever is not under test is for this device. */
    static final Target PHONE = Target.apns("app", "phone-1");

    private final List<CapStore> made = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // made before each test
    private CapStore store;

    CapFixture() {}

    /**
     * Makes a store that knows nothing. Closed by the contract.
     *
     * @return an empty store
     */
    protected abstract CapStore createStore();

    /**
     * Lets time pass for the stores that were made. A store on a real clock waits, or shifts what it has written.
     *
     * @param by how much
     */
    protected abstract void passTime(Duration by);

    /**
     * How long windows last in these tests. Everything else that takes time is measured by it, in no finer steps than an eighth.
     *
     * @return an hour when not overridden
     */
    protected Duration window() {
        return Duration.ofHours(1);
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
        made.forEach(CapStore::close);
    }

    final CapStore create() {
        CapStore fresh = createStore();
        made.add(fresh);
        return fresh;
    }

    final CapStore store() {
        return store;
    }

    final Duration half() {
        return window().dividedBy(2);
    }

    /** The cap of a device that may get so many. */
    final DeviceCap cap(int most) {
        return new DeviceCap(most, window());
    }

    /** An attempt of the request with this number, with a mark of its own. */
    static Reservation attempt(int request) {
        return attempt(PHONE, request);
    }

    static Reservation attempt(Target device, int request) {
        return Reservation.of(device, request(request));
    }

    static RequestId request(int number) {
        return new RequestId(new UUID(number % 2, number));
    }

    final boolean reserve(Reservation place, DeviceCap cap) {
        return Answers.get(store.reserve(place, cap), patience());
    }

    final boolean refund(Reservation place) {
        return Answers.get(store.refund(place), patience());
    }

    final Reservation assertReserved(Reservation place, int most) {
        assertTrue(reserve(place, cap(most)), "there is a place");
        return place;
    }

    final void assertCapped(Reservation place, int most) {
        assertFalse(reserve(place, cap(most)), "the device has had its share");
    }
}
