package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.InMemoryProgressStore;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.observe.Health;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.store.Stores;
import dev.notifykit.store.StoresState;
import dev.notifykit.store.StoresUnavailableException;
import dev.notifykit.store.StoresUnfitException;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedStoresTest {

    private final ManualTime time = ManualTime.create();
    private final FakePushService apns = FakePushService.create(ProviderId.APNS);
    private final Bundle shared = new Bundle();
    private final FanOutHandler handler = FanOutHandler.builder("none")
            .audience(Audience.of(List.of()))
            .lanes(LaneKey.of("app", ProviderId.APNS))
            .build();
    private final Message event = Message.builder(
                    Recipient.device(Target.apns("app", "a1b2c3d4".repeat(8))), Notification.alert("Goal", "1:0"))
            .dedupKey(DedupKey.of("match-7"))
            .build();

    @AfterEach
    void close() {
        shared.dedup.close();
        shared.progress.close();
    }

    private PushClientBuilder client() {
        return PushClient.builder().app("app", apns).handler(handler).stores(shared);
    }

    @Test
    void oneLineIsEnough() throws Exception {
        try (PushClient one = client().owned(false).build();
                PushClient other = client().owned(false).build()) {
            one.send(event).get(60, TimeUnit.SECONDS);
            other.send(event).get(60, TimeUnit.SECONDS);
            one.fanOuts()
                    .launch(FanOutSpec.builder(FanOutId.of("f"), "none", Notification.alert("a", "b"))
                            .build());
            assertThat(other.fanOuts().find(FanOutId.of("f"))).isPresent();
        }
        assertThat(apns.requests()).hasSize(1);
        assertThat(shared.closed).isZero();
    }

    @Test
    void aStoreSetByItselfIsUsedInstead() throws Exception {
        try (DedupStore own = new InMemoryDedupStore(time);
                PushClient one = client().dedupStore(own).owned(false).build();
                PushClient other = client().owned(false).build()) {
            one.send(event).get(60, TimeUnit.SECONDS);
            other.send(event).get(60, TimeUnit.SECONDS);
        }
        assertThat(apns.requests()).hasSize(2);
    }

    @Test
    void whatIsMissingIsKeptInTheJvm() throws Exception {
        try (PushClient client =
                PushClient.builder().app("app", apns).stores(() -> {}).build()) {
            client.start();
            client.send(event).get(60, TimeUnit.SECONDS);
            client.send(event).get(60, TimeUnit.SECONDS);
            assertThat(client.health()).isEqualTo(new Health(Health.Status.UP, List.of(), List.of()));
        }
        assertThat(apns.requests()).hasSize(1);
    }

    @Test
    void theyAreClosedWithTheClient() {
        client().build().close(Duration.ZERO);
        assertThat(shared.closed).isOne();
    }

    @Test
    void aClientDoesNotStartOnStoresThatMustNotBeUsed() {
        shared.check = new StoresUnfitException("this place", List.of("too old (update it)", "too small"));
        try (PushClient client = client().build()) {
            assertThatThrownBy(client::start)
                    .isInstanceOfSatisfying(
                            StoresUnfitException.class,
                            e -> assertThat(e.problems()).hasSize(2))
                    .hasMessageContainingAll("this place", "2 reasons", "too old", "too small");
        }
    }

    @Test
    void aClientStartsWhileItsStoresAreAway() {
        shared.check = new StoresUnavailableException("away", new IllegalStateException());
        try (PushClient client = client().build()) {
            client.start();
        }
    }

    @Test
    void healthTellsHowTheyAre() {
        try (PushClient client = client().build()) {
            shared.state = new StoresState(List.of(), List.of("old"));
            assertThat(client.health()).isEqualTo(new Health(Health.Status.UP, List.of(), List.of("old")));
            shared.state = new StoresState(List.of("away"), List.of());
            assertThat(client.health()).isEqualTo(new Health(Health.Status.DOWN, List.of("away"), List.of()));
            shared.state = StoresState.GOOD;
            assertThat(client.health().status()).isEqualTo(Health.Status.UP);
        }
    }

    private final class Bundle implements Stores {

        private final DedupStore dedup = new InMemoryDedupStore(time);
        private final ProgressStore progress = new InMemoryProgressStore(time);
        private volatile StoresState state = StoresState.GOOD;
        private volatile @Nullable RuntimeException check;
        private int closed;

        @Override
        public DedupStore dedupStore() {
            return dedup;
        }

        @Override
        public ProgressStore progressStore() {
            return progress;
        }

        @Override
        public void check() {
            RuntimeException thrown = check;
            if (thrown != null) {
                throw thrown;
            }
        }

        @Override
        public StoresState state() {
            return state;
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
