package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.InMemoryProgressStore;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** One instance vanishes, the next closes in order without having touched a parked row, a third cancels: the doubt is not forgotten. */
class InheritedDoubtTest {

    private static final FanOutId ID = FanOutId.of("campaign");
    private static final Duration LEASE = Duration.ofMinutes(1);

    private final ManualTime time = ManualTime.create();
    private final ProgressStore store = new InMemoryProgressStore(time);
    private final FakePushService apns = FakePushService.create(ProviderId.APNS)
            .respondAlways(new PushResponse.Throttled(
                    "TooManyRequests", Duration.ofMinutes(10), PushResponse.Throttled.Scope.DEVICE));

    private PushClient instance(ProgressStore seen) {
        PushClient client = PushClient.builder()
                .app("app", apns)
                .handler(FanOutHandler.builder("all")
                        .audience(Audience.of(List.of(new AudienceRow("row", Target.apns("app", "token")))))
                        .lanes(LaneKey.of("app", ProviderId.APNS))
                        .build())
                .progressStore(seen)
                .timeSource(time)
                .owned(false)
                .lease(LEASE)
                .build();
        client.start();
        return client;
    }

    private void advanceUntil(String what, BooleanSupplier condition) {
        Await.advancing(time, Duration.ofMinutes(5), what, condition);
    }

    private long parked(PushClient client) {
        return client.fanOuts().find(ID).map(f -> f.progress().parked()).orElse(0L);
    }

    private static long possibleDuplicates(PushClient client) {
        return client.fanOuts().find(ID).orElseThrow().progress().possibleDuplicates();
    }

    @Test
    void aRowThatAVanishedInstanceMayHaveSentIsNeverCancelled() {
        LifeLine line = new LifeLine();
        PushClient first = instance(line.to(ProgressStore.class, store, answer -> {}));
        first.fanOuts()
                .launch(FanOutSpec.builder(ID, "all", Notification.alert("t", "b"))
                        .build());
        advanceUntil("the row is parked", () -> parked(first) == 1);
        line.cut();
        line.bury();

        PushClient second = instance(store);
        long before = possibleDuplicates(second);
        advanceUntil("the shard was taken over", () -> possibleDuplicates(second) > before);
        second.close(Duration.ofSeconds(15));

        PushClient third = instance(store);
        FanOut fanOut = third.fanOuts().find(ID).orElseThrow();
        fanOut.cancel();
        CompletableFuture<FanOutProgress> ended = fanOut.completion();
        advanceUntil("it has ended", ended::isDone);
        assertThat(fanOut.progress().results()).isEqualTo(Map.of(SendResult.Kind.UNKNOWN, 1L));
        third.close(Duration.ZERO);
        first.close(Duration.ZERO);
    }
}
