package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutLostException;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.InMemoryProgressStore;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.observe.Health;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several clients of one shared store, which not all can do the same, and whose store may lose what was in it. */
@Timeout(300)
class FleetTest {

    private static final FanOutId ID = FanOutId.of("campaign");
    private static final LaneKey LANE = LaneKey.of("app", ProviderId.APNS);
    private static final int ROWS = 300;
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final ManualTime time = ManualTime.create();
    private final FakePushService apns = FakePushService.create(ProviderId.APNS);
    private final List<PushClient> clients = new ArrayList<>();
    private volatile ProgressStore contents = new InMemoryProgressStore(time);

    /** What all clients see of it. */
    private final ProgressStore shared = (ProgressStore) Proxy.newProxyInstance(
            ProgressStore.class.getClassLoader(), new Class<?>[] {ProgressStore.class}, (proxy, method, args) -> {
                if (method.getName().equals("shared")) {
                    return true;
                }
                try {
                    return method.invoke(contents, args);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });

    @AfterEach
    void close() {
        apns.release();
        clients.forEach(client -> client.close(Duration.ZERO));
    }

    private PushClient client(PushClientBuilder builder) {
        PushClient client = builder.progressStore(shared)
                .timeSource(time)
                .owned(false)
                .lease(LEASE)
                .build();
        clients.add(client);
        return client;
    }

    private PushClient worker() {
        PushClient client = client(PushClient.builder().app("app", apns).handler(handler()));
        client.start();
        return client;
    }

    private static FanOutHandler handler() {
        return FanOutHandler.builder("all")
                .audience(Audience.of(IntStream.range(0, ROWS)
                        .mapToObj(i -> new AudienceRow("k" + i, Target.apns("app", "token-" + i)))
                        .toList()))
                .lanes(LANE)
                .build();
    }

    private static FanOutSpec spec() {
        return FanOutSpec.builder(ID, "all", Notification.alert("t", "b")).build();
    }

    private void advanceUntil(String what, BooleanSupplier condition) {
        Await.advancing(time, Duration.ofMinutes(5), what, condition);
    }

    @Test
    void whoHasNoLanesLaunchesAndOthersWork() {
        PushClient launcher = client(PushClient.builder().handler(handler()));
        FanOut fanOut = launcher.fanOuts().launch(spec());
        CompletableFuture<FanOutProgress> end = fanOut.completion();
        worker();
        advanceUntil("it has ended", end::isDone);

        assertThat(end.join().state()).isEqualTo(FanOutState.COMPLETED);
        assertThat(end.join().count(SendResult.Kind.ACCEPTED)).isEqualTo(ROWS);
        assertThat(launcher.fanOuts().launch(spec()).id()).as("joins").isEqualTo(ID);
    }

    @Test
    void withoutASharedStoreNobodyElseCouldWork() {
        assertThatThrownBy(() -> PushClient.builder().handler(handler()).build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("no app has a provider")
                .hasMessageContaining("needs lane");
    }

    @Test
    void aFanOutThatNobodyCanWorkOnSaysSoUntilSomebodyCan() {
        PushClient unable = client(PushClient.builder().handler(handler()));
        unable.start();
        FanOut fanOut = unable.fanOuts().launch(spec());
        advanceUntil("it waits", () -> fanOut.progress().state() == FanOutState.WAITING);
        assertThat(fanOut.progress().reason().orElseThrow())
                .contains("no instance works on it", "handler 'all' needs lanes", LANE.toString());
        assertThat(unable.health().status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(unable.health().reasons()).anyMatch(line -> line.contains("no instance works on it"));

        apns.hold();
        worker();
        advanceUntil("somebody works on it", () -> fanOut.progress().state() == FanOutState.RUNNING);
        apns.release();
        advanceUntil("it has ended", () -> fanOut.progress().state() == FanOutState.COMPLETED);
        advanceUntil("all is well", () -> unable.health().status() == Health.Status.UP);
    }

    @Test
    void whatADeadInstanceWaitedForIsNotWaitedForByItsHeir() throws Exception {
        contents.create(spec(), handler().audience(Map.of()).shards(), OptionalLong.empty());
        contents.acquire(ID, 0, "dead", LEASE);
        contents.waiting(ID, "sink: a database that was away");
        PushClient heir = worker();
        apns.hold();
        FanOut fanOut = heir.fanOuts().find(ID).orElseThrow();
        advanceUntil("the heir works on it", () -> apns.inFlight() > 0);

        assertThat(fanOut.progress().state()).isEqualTo(FanOutState.RUNNING);
    }

    @Test
    void aStoreThatHasLostAFanOutNeverEndsItInSilence() {
        apns.hold();
        PushClient worker = worker();
        FanOut fanOut = worker.fanOuts().launch(spec());
        CompletableFuture<FanOutProgress> end = fanOut.completion();
        advanceUntil("it is under way", () -> apns.inFlight() > 0);
        contents = new InMemoryProgressStore(time);
        advanceUntil("somebody has noticed", end::isDone);

        assertThatThrownBy(() -> end.get(1, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(FanOutLostException.class);
        assertThatThrownBy(fanOut::progress).isInstanceOf(FanOutLostException.class);
        assertThat(worker.health().status()).isEqualTo(Health.Status.DOWN);
        assertThat(worker.health().reasons()).anyMatch(line -> line.contains("campaign has vanished"));

        apns.release();
        FanOut again = worker.fanOuts().launch(spec());
        advanceUntil("it has ended", () -> again.progress().state() == FanOutState.COMPLETED);
        advanceUntil("all is well", () -> worker.health().status() == Health.Status.UP);
    }
}
