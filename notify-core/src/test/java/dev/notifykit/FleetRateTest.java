package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.SenderRate;
import dev.notifykit.observe.Health;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rates that several clients share, and rates of a sender, as whole clients keep them: attempts are counted by the clock that all of them have. */
class FleetRateTest {

    private static final Duration STEP = Duration.ofMillis(20);
    private static final int STEPS_PER_SECOND = 50;
    private static final double PER_SECOND = 1_000;

    private final ManualTime time = ManualTime.create();
    private final long start = time.nanoTime();
    private final SteeredRateStore store = new SteeredRateStore(time);
    private final AtomicIntegerArray attempts = new AtomicIntegerArray(600 * STEPS_PER_SECOND);
    private final List<PushClient> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(client -> client.close(Duration.ZERO));
    }

    private FakePushService service(ProviderId provider) {
        return FakePushService.create(provider).maxInFlight(500).respondWith(request -> {
            attempts.incrementAndGet(Math.toIntExact((time.nanoTime() - start) / STEP.toNanos()));
            return new PushResponse.Accepted("id");
        });
    }

    private PushClient client(UnaryOperator<PushClientBuilder> more) {
        PushClient client =
                more.apply(PushClient.builder().timeSource(time).owned(false)).build();
        clients.add(client);
        return client;
    }

    private PushClient ofFleet() {
        return client(builder -> builder.app("app", service(ProviderId.APNS))
                .limits(fleetLimits())
                .rateStore(store));
    }

    private static LaneLimits fleetLimits() {
        return LaneLimits.builder().fleetRatePerSecond(PER_SECOND).build();
    }

    private static void send(PushClient client, String app, int count) {
        for (int i = 0; i < count; i++) {
            client.send(PushRequest.builder(Target.apns(app, "token-" + i), Notification.alert("a", "b"))
                    .build());
        }
    }

    private void pass(Duration by) {
        for (long millis = 0; millis < by.toMillis(); millis += STEP.toMillis()) {
            time.advance(STEP);
            Await.settle();
        }
    }

    /** A machine that leaves the clients' threads waiting does not hold up their clock. */
    private void passUntil(String what, BooleanSupplier condition) {
        Await.until(what, () -> {
            pass(STEP);
            return condition.getAsBoolean();
        });
    }

    private int attempted() {
        return IntStream.range(0, attempts.length()).map(attempts::get).sum();
    }

    private static boolean sends(PushClient client) {
        return client.lanes().all().stream().allMatch(lane -> lane.attempts() > 0);
    }

    /** In any ten seconds, by the clock of the clients. */
    private int mostInTenSeconds() {
        int most = 0;
        for (int from = 0; from + 10 * STEPS_PER_SECOND <= attempts.length(); from++) {
            most = Math.max(
                    most,
                    IntStream.range(from, from + 10 * STEPS_PER_SECOND)
                            .map(attempts::get)
                            .sum());
        }
        return most;
    }

    @Test
    void threeClientsKeepToOneRateWhileOneDiesAndTheStoreGoesAndComesBack() {
        List<PushClient> fleet = List.of(ofFleet(), ofFleet(), ofFleet());
        fleet.forEach(client -> send(client, "app", 10_000));
        passUntil("all send", () -> fleet.stream().allMatch(FleetRateTest::sends));
        pass(Duration.ofSeconds(5));
        fleet.get(0).close(Duration.ZERO);
        pass(Duration.ofSeconds(5));

        store.mode = SteeredRateStore.Mode.SILENT;
        pass(Duration.ofSeconds(1));
        int before = attempted();
        pass(Duration.ofSeconds(9));
        int inNineSeconds = attempted() - before;
        passUntil(
                "they go on, and say so",
                () -> attempted() > before && fleet.get(1).health().status() == Health.Status.DEGRADED);
        assertThat(fleet.get(1).health().reasons())
                .anyMatch(reason -> reason.contains("rate store") && reason.contains("lane app/apns/PRODUCTION"));
        assertThat(inNineSeconds)
                .as("not open: two of three shares, and the dead one's is nobody's")
                .isLessThanOrEqualTo(6_300);

        store.mode = SteeredRateStore.Mode.WORKS;
        passUntil(
                "both are well",
                () -> fleet.subList(1, 3).stream()
                        .allMatch(client -> client.health().status() == Health.Status.UP));
        pass(Duration.ofSeconds(7));
        assertThat(mostInTenSeconds()).isLessThanOrEqualTo(10_500);
    }

    @Test
    void rowsOfAFanOutAndDirectSendsShareTheRate() {
        List<AudienceRow> rows = IntStream.range(0, 3_000)
                .mapToObj(i -> new AudienceRow("k" + i, Target.apns("app", "row-" + i)))
                .toList();
        FanOutHandler handler = FanOutHandler.builder("all")
                .audience(Audience.of(rows))
                .lanes(LaneKey.of("app", ProviderId.APNS))
                .build();
        PushClient one = client(builder -> builder.app("app", service(ProviderId.APNS))
                .limits(fleetLimits())
                .rateStore(store)
                .handler(handler));
        PushClient other = ofFleet();
        one.start();
        FanOut fanOut = one.fanOuts()
                .launch(FanOutSpec.builder(FanOutId.of("campaign"), "all", Notification.alert("a", "b"))
                        .build());
        send(one, "app", 3_000);
        send(other, "app", 3_000);
        passUntil("all have been sent to", () -> attempted() >= 9_000);

        assertThat(attempted()).isEqualTo(9_000);
        Await.advancing(
                time,
                Duration.ofMinutes(1),
                "the fan-out ends",
                () -> fanOut.progress().state().isEnd());
        assertThat(mostInTenSeconds()).isLessThanOrEqualTo(10_500);
        assertThat(mostIn(1)).as("in a second").isLessThanOrEqualTo(1_350);
    }

    private int mostIn(int seconds) {
        return IntStream.range(0, attempts.length() - seconds * STEPS_PER_SECOND)
                .map(from -> IntStream.range(from, from + seconds * STEPS_PER_SECOND)
                        .map(attempts::get)
                        .sum())
                .max()
                .orElse(0);
    }

    @Test
    void allLanesOfASenderShareItsRate() {
        FakePushService shared = service(ProviderId.APNS);
        PushClient client = client(builder ->
                builder.app("app", shared).app("other", shared).senderRate(shared, SenderRate.perInstance(100)));
        send(client, "app", 1_000);
        send(client, "other", 1_000);
        passUntil("both lanes send", () -> sends(client));
        pass(Duration.ofSeconds(12));

        assertThat(mostInTenSeconds()).isLessThanOrEqualTo(1_050);
    }

    @Test
    void aSendersRateCanBeTheFleets() {
        for (int i = 0; i < 2; i++) {
            FakePushService shared = service(ProviderId.APNS);
            PushClient client = client(builder -> builder.app("app", shared)
                    .app("other", shared)
                    .rateStore(store)
                    .senderRate(shared, SenderRate.ofFleet("KEY123", 200)));
            send(client, "app", 2_000);
            send(client, "other", 2_000);
        }
        passUntil("it sends", () -> attempted() > 0);
        pass(Duration.ofSeconds(12));

        assertThat(mostInTenSeconds()).isLessThanOrEqualTo(2_100);
    }

    @Test
    void theInstancesOwnRateHoldsBesides() {
        PushClient client = client(builder -> builder.app("app", service(ProviderId.APNS))
                .limits(LaneLimits.builder()
                        .fleetRatePerSecond(PER_SECOND)
                        .ratePerSecond(100)
                        .build())
                .rateStore(store));
        send(client, "app", 5_000);
        passUntil("it sends", () -> attempted() > 0);
        pass(Duration.ofSeconds(12));

        assertThat(mostInTenSeconds()).isLessThanOrEqualTo(1_050);
    }

    @Test
    void aClientThatNeverReachedTheStoreSendsItsPartOfTheNamedFleet() {
        store.mode = SteeredRateStore.Mode.FAILS;
        PushClient client = client(builder -> builder.app("app", service(ProviderId.APNS))
                .limits(fleetLimits())
                .rateStore(store)
                .fleetSize(4));
        send(client, "app", 5_000);
        passUntil("it sends", () -> attempted() > 0);
        pass(Duration.ofSeconds(12));

        assertThat(mostInTenSeconds()).isLessThanOrEqualTo(2_625);
    }

    @Test
    void theStoreIsClosedWithItsClient() {
        PushClient.builder()
                .app("app", service(ProviderId.APNS))
                .limits(fleetLimits())
                .rateStore(store)
                .timeSource(time)
                .build()
                .close();
        assertThat(store.closed).isTrue();
    }

    @Test
    void aRateOfTheFleetNeedsAStore() {
        FakePushService apns = service(ProviderId.APNS);
        assertThatThrownBy(() -> PushClient.builder()
                        .app("app", apns)
                        .limits(fleetLimits())
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("rateStore");
        assertThatThrownBy(() -> PushClient.builder()
                        .app("app", apns)
                        .senderRate(service(ProviderId.APNS), SenderRate.ofFleet("key", 1))
                        .fleetSize(0)
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .hasSize(3)
                                .anyMatch(line -> line.startsWith("senderRate"))
                                .anyMatch(line -> line.startsWith("fleetSize"))
                                .anyMatch(line -> line.startsWith("rateStore")));
    }

    @Test
    void limitsThatCannotBeAreNamed() {
        assertThatThrownBy(() -> LaneLimits.builder()
                        .fleetRatePerSecond(0)
                        .perDevice(0, Duration.ofHours(1))
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .hasSize(2)
                                .anyMatch(line -> line.startsWith("fleetRatePerSecond"))
                                .anyMatch(line -> line.startsWith("perDevice")));
        assertThatThrownBy(() -> SenderRate.ofFleet("", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SenderRate.perInstance(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
