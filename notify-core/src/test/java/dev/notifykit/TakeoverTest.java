package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.InMemoryProgressStore;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.time.TimeSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An instance that loses its store in the middle of a fan-out is replaced: every row one result, duplicates within the bound. */
class TakeoverTest {

    private static final LaneKey LANE = LaneKey.of("app", ProviderId.APNS);
    private static final int ROWS = 3_000;
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final TimeSource time = TimeSource.system();
    private final ProgressStore store = new InMemoryProgressStore(time);
    private final FakePushService apns = FakePushService.create(ProviderId.APNS).latency(Duration.ofMillis(3), time);
    private final Map<String, SendResult> results = new ConcurrentHashMap<>();

    /** A store that one instance can no longer reach after so many calls. */
    private static final class Line {

        private final AtomicInteger callsLeft;

        Line(int calls) {
            callsLeft = new AtomicInteger(calls);
        }

        ProgressStore to(ProgressStore store) {
            return (ProgressStore) Proxy.newProxyInstance(
                    ProgressStore.class.getClassLoader(),
                    new Class<?>[] {ProgressStore.class},
                    (proxy, method, args) -> {
                        if (callsLeft.decrementAndGet() < 0) {
                            throw new IllegalStateException("the store is out of reach");
                        }
                        try {
                            return method.invoke(store, args);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        boolean isCut() {
            return callsLeft.get() < 0;
        }
    }

    private PushClient instance(ProgressStore reached, Duration lease) {
        List<AudienceRow> rows = IntStream.range(0, ROWS)
                .mapToObj(i -> new AudienceRow("k" + i, Target.apns("app", "token-" + i)))
                .toList();
        PushClient client = PushClient.builder()
                .app("app", apns)
                .handler(FanOutHandler.builder("all")
                        .audience(Audience.of(rows))
                        .lanes(LANE)
                        .sink(batch -> batch.forEach(this::note))
                        .build())
                .progressStore(reached)
                .owned(false)
                .pageSize(200)
                .lease(lease)
                .build();
        client.start();
        return client;
    }

    private void note(RowResult row) {
        results.put(row.key(), row.result());
    }

    @ParameterizedTest
    @EnumSource(FanOutSpec.Delivery.class)
    void anInstanceThatLosesItsStoreIsReplaced(FanOutSpec.Delivery delivery) {
        long seed = System.nanoTime();
        Line line = new Line(15 + new Random(seed).nextInt(25));
        PushClient first = instance(line.to(store), SHORT);
        first.fanOuts()
                .launch(FanOutSpec.builder(FanOutId.of("c"), "all", Notification.alert("t", "b"))
                        .delivery(delivery)
                        .build());
        Await.until("the first has lost its store, seed " + seed, line::isCut);
        PushClient second = instance(store, SHORT);
        FanOut fanOut = second.fanOuts().find(FanOutId.of("c")).orElseThrow();
        Await.until(
                "the second has ended it, seed " + seed, () -> fanOut.progress().state() == FanOutState.COMPLETED);
        FanOutProgress end = fanOut.progress();
        first.close(Duration.ZERO);
        second.close(Duration.ZERO);

        Map<String, Integer> sent = new HashMap<>();
        apns.requests().forEach(request -> sent.merge(request.target().address(), 1, Integer::sum));
        int duplicates = apns.requests().size() - sent.size();
        assertThat(end.isConserved()).isTrue();
        assertThat(end.done()).isEqualTo(ROWS);
        assertThat(results).as("seed %d", seed).hasSize(ROWS);
        if (delivery == FanOutSpec.Delivery.AT_MOST_ONCE) {
            assertThat(duplicates).as("seed %d", seed).isZero();
            assertThat(end.count(SendResult.Kind.UNKNOWN)).as("seed %d", seed).isPositive();
        } else {
            assertThat(end.count(SendResult.Kind.ACCEPTED)).isEqualTo(ROWS);
            assertThat((long) duplicates).as("seed %d", seed).isLessThanOrEqualTo(end.possibleDuplicates());
            assertThat(sent).hasSize(ROWS);
        }
        assertThat(apns.requests().stream().map(PushRequest::id).distinct().count())
                .isEqualTo(sent.size());
    }

    @Test
    void aStoreThatIsAwayForLessThanALeaseChangesNothing() {
        AtomicInteger call = new AtomicInteger();
        Random random = new Random(7);
        ProgressStore flaky = (ProgressStore) Proxy.newProxyInstance(
                ProgressStore.class.getClassLoader(), new Class<?>[] {ProgressStore.class}, (proxy, method, args) -> {
                    int number = call.incrementAndGet();
                    if (number > 40 && number < 60) {
                        throw new IllegalStateException("the store is out of reach");
                    }
                    try {
                        Object answer = method.invoke(store, args);
                        if (random.nextInt(8) == 0 && method.getReturnType() == void.class) {
                            throw new IllegalStateException("the answer was lost");
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        PushClient client = instance(flaky, Duration.ofSeconds(60));
        client.fanOuts()
                .launch(FanOutSpec.builder(FanOutId.of("c"), "all", Notification.alert("t", "b"))
                        .build());
        Await.until(
                "it has ended",
                () -> store.progress(FanOutId.of("c")).orElseThrow().state() == FanOutState.COMPLETED);
        assertThat(store.progress(FanOutId.of("c")).orElseThrow().count(SendResult.Kind.ACCEPTED))
                .isEqualTo(ROWS);
        assertThat(apns.requests()).hasSize(ROWS);
        assertThat(results).hasSize(ROWS);
        client.close(Duration.ofSeconds(2));
    }
}
