package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.InMemoryProgressStore;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.result.ResultSink;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An instance dies that had parked rows since one of its lanes had too much to do; at its heir, that lane has nothing to do. */
class InheritedParkingTest {

    private static final FanOutId ID = FanOutId.of("campaign");
    private static final int ROWS = 300;
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration PARKED_FOR = Duration.ofHours(1);

    /** More calls of a sink than the marks of a shard are held back for. */
    private static final int REFUSED = 10;

    private final List<AudienceRow> rows = IntStream.range(0, ROWS)
            .mapToObj(i -> new AudienceRow("k" + i, Target.apns("app", "token-" + i)))
            .toList();
    private final ManualTime time = ManualTime.create();
    private final ProgressStore store = new InMemoryProgressStore(time);
    private final FakePushService apns = FakePushService.create(ProviderId.APNS);

    @Test
    void theHeirDoesNotWaitUntilTheyAreDue() {
        Instant parked = parkAll();
        try (PushClient heir = heir(handler().build())) {
            awaitEnd(heir);

            assertThat(Duration.between(parked, time.now())).isLessThan(PARKED_FOR);
        }
    }

    @Test
    void nobodyEndsInTheStoreBeforeTheSinkHasTheResult() {
        parkAll();
        List<Long> doneWhileRefused = new ArrayList<>();
        ResultSink refusing = batch -> {
            synchronized (doneWhileRefused) { // whoever loses its lease may still be here when its successor is
                if (doneWhileRefused.size() < REFUSED) {
                    doneWhileRefused.add(store.progress(ID).orElseThrow().done());
                    throw new IOException("database away");
                }
            }
        };
        try (PushClient heir = heir(handler().sink(refusing).build())) {
            awaitEnd(heir);

            synchronized (doneWhileRefused) {
                assertThat(doneWhileRefused).hasSize(REFUSED).containsOnly(0L);
            }
        }
    }

    /** Somebody read the audience, parked all of it, and died. */
    private Instant parkAll() {
        FanOutSpec spec =
                FanOutSpec.builder(ID, "all", Notification.alert("t", "b")).build();
        store.create(spec, List.of("all"), OptionalLong.empty());
        ShardLease dead = store.acquire(ID, 0, "dead", LEASE).orElseThrow().lease();
        store.openPage(dead, 0, rows, null);
        store.mark(
                dead,
                IntStream.range(0, ROWS)
                        .<Mark>mapToObj(i -> new Mark.Parked(
                                0,
                                i,
                                new ParkedRow(ParkedRow.id(0, i), rows.get(i), 0, false, Duration.ZERO, true),
                                PARKED_FOR))
                        .toList());
        return time.now();
    }

    private FanOutHandler.Builder handler() {
        return FanOutHandler.builder("all").audience(Audience.of(rows)).lanes(LaneKey.of("app", ProviderId.APNS));
    }

    private PushClient heir(FanOutHandler handler) {
        PushClient heir = PushClient.builder()
                .app("app", apns)
                .handler(handler)
                .progressStore(store)
                .timeSource(time)
                .owned(false)
                .lease(LEASE)
                .build();
        heir.start();
        return heir;
    }

    private void awaitEnd(PushClient heir) {
        FanOut fanOut = heir.fanOuts().find(ID).orElseThrow();
        Await.advancing(
                time,
                PARKED_FOR.multipliedBy(2),
                "it has ended",
                () -> fanOut.progress().state() == FanOutState.COMPLETED);
        assertThat(fanOut.progress().count(SendResult.Kind.ACCEPTED)).isEqualTo(ROWS);
    }
}
