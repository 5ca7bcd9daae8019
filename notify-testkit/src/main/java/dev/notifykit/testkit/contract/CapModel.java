package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.Reservation;
import dev.notifykit.push.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Random calls, made to a store and to a plain reference, which must answer alike: few devices and requests, so that all of them meet; reservations
 * and refunds that are repeated, and refunds that come late.
 *
 * <p>Time passes in pairs of ticks, and windows are odd numbers of them, so that a store on a real clock may be most of a tick late without another
 * answer being right.
 */
final class CapModel {

    private static final int DEVICES = 3;
    private static final int REQUESTS = 6;
    private static final int REMEMBERED = 20;

    private record Place(Reservation by, long tick) {}

    private final CapStore store;
    private final Consumer<Duration> passTime;
    private final Duration tick;
    private final Duration patience;
    private final Random random;
    private final StepLog log;
    private final String run;
    private final List<List<Place>> devices = IntStream.range(0, DEVICES)
            .<List<Place>>mapToObj(i -> new ArrayList<>())
            .toList();
    private final List<Reservation> made = new ArrayList<>();

    /** Of a place that is over a store may know no more, or still. */
    private final Set<Reservation> over = new HashSet<>();

    private long now;

    CapModel(CapStore store, Consumer<Duration> passTime, Duration window, Duration patience, long seed) {
        this.store = store;
        this.passTime = passTime;
        this.patience = patience;
        tick = window.dividedBy(8);
        random = new Random(seed);
        log = new StepLog(seed);
        run = "model-" + seed + "-";
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            try {
                step();
            } catch (RuntimeException | AssertionError e) {
                throw log.failure(e);
            }
        }
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 15) {
            int ticks = 2 * (1 + random.nextInt(random.nextInt(10) == 0 ? 8 : 2));
            log.add("pass " + ticks + " ticks");
            passTime.accept(tick.multipliedBy(ticks));
            now += ticks;
        } else if (dice < 60) {
            int device = random.nextInt(DEVICES);
            reserve(Reservation.of(Target.apns("app", run + device), CapFixture.request(random.nextInt(REQUESTS))));
        } else if (!made.isEmpty()) {
            Reservation before = made.get(random.nextInt(made.size()));
            if (dice < 65) {
                reserve(before);
            } else {
                refund(before);
            }
        }
    }

    private int device(Reservation place) {
        return Integer.parseInt(place.target().address().substring(run.length()));
    }

    /** One for each device, so that nobody's reservation says that another's is over. */
    private static int window(int device) {
        return 5 + 4 * device;
    }

    private void reserve(Reservation place) {
        int device = device(place);
        int most = 1 + random.nextInt(4);
        log.add("reserve " + place.request() + " at " + device + ", most " + most);
        made.add(place);
        if (made.size() > REMEMBERED) {
            made.remove(0);
        }
        List<Place> places = devices.get(device);
        removeOver(device);
        boolean has = places.removeIf(each -> each.by().request().equals(place.request()));
        boolean expected = has || places.size() < most;
        if (expected) {
            places.add(new Place(place, now));
            over.remove(place);
        }
        DeviceCap cap = new DeviceCap(most, tick.multipliedBy(window(device)));
        assertEquals(expected, Answers.get(store.reserve(place, cap), patience), "whether there is a place");
    }

    private void refund(Reservation place) {
        int device = device(place);
        log.add("refund " + place.request() + " at " + device);
        removeOver(device);
        boolean expected = devices.get(device).removeIf(each -> each.by().equals(place));
        boolean refunded = Answers.get(store.refund(place), patience);
        if (!over.contains(place)) {
            assertEquals(expected, refunded, "whether a place was given back");
        }
    }

    private void removeOver(int device) {
        devices.get(device).removeIf(place -> now - place.tick() >= window(device) && over.add(place.by()));
    }
}
