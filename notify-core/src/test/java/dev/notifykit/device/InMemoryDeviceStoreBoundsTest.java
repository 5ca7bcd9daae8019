package dev.notifykit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.device.Registration.Kind;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the contract does not ask of every store: how much this one holds. Its rules are tested by the contract in the testkit. */
class InMemoryDeviceStoreBoundsTest {

    private static final UserId ANN = UserId.of("ann");
    private static final UserId BOB = UserId.of("bob");

    private final ManualTime time = ManualTime.create();
    private final InMemoryDeviceStore store = InMemoryDeviceStore.builder(time)
            .maxDevices(3)
            .devicesPerUser(2)
            .deadTokenTtl(Duration.ofHours(1))
            .build();

    @Test
    void aFullStoreTakesOnlyWhoTakesAnothersPlace() {
        register(ANN, "a1");
        register(ANN, "a2");
        register(BOB, "b1");

        assertThatThrownBy(() -> register(BOB, "b2-secret"))
                .cause()
                .isInstanceOf(DeviceStoreFullException.class)
                .hasMessageContaining("3")
                .hasMessageNotContainingAny("bob", "secret");
        assertThat(get(store.devicesOf(BOB))).hasSize(1);

        assertThat(register(BOB, "b1").kind()).as("known").isEqualTo(Kind.REFRESHED);
        assertThat(register(BOB, "a1").moved()).as("moved").isTrue();
        assertThat(get(store.register(Device.builder(BOB, target("b2"), now())
                                .installation(InstallationId.of(target("b1")))
                                .build()))
                        .tokenReplaced())
                .as("of a known installation")
                .isTrue();
        assertThat(register(BOB, "b3").evicted()).as("over the user's limit").isEqualTo(1);
        get(store.erase(ANN));
        assertThat(register(UserId.of("eve"), "e1").kind()).as("room again").isEqualTo(Kind.NEW);
    }

    @Test
    void theDeadTokenThatEndsFirstMakesPlace() {
        for (String token : List.of("t1", "t2", "t3", "t1", "t4")) {
            get(store.verdict(new TokenVerdict(target(token), null, now())));
        }

        assertThat(get(store.dead(targets(4)))).containsExactlyInAnyOrder(target("t1"), target("t3"), target("t4"));
    }

    @Test
    void whatIsOverMakesPlaceFirst() {
        get(store.verdict(new TokenVerdict(target("t1"), null, now())));
        get(store.verdict(new TokenVerdict(target("t2"), null, now())));
        time.advance(Duration.ofMinutes(59));
        get(store.verdict(new TokenVerdict(target("t3"), null, now())));
        time.advance(Duration.ofMinutes(1));
        get(store.verdict(new TokenVerdict(target("t4"), null, now())));
        get(store.verdict(new TokenVerdict(target("t5"), null, now())));

        assertThat(get(store.dead(targets(5)))).containsExactlyInAnyOrder(target("t3"), target("t4"), target("t5"));
    }

    @Test
    void closedItCanStillBeAsked() {
        register(ANN, "a1");
        store.close();
        store.close();

        assertThat(get(store.devicesOf(ANN))).hasSize(1);
    }

    @Test
    void theBuilderNamesEveryProblem() {
        InMemoryDeviceStore.Builder builder = InMemoryDeviceStore.builder(time)
                .maxDevices(0)
                .devicesPerUser(-1)
                .deadTokenTtl(Duration.ZERO);

        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll("maxDevices", "devicesPerUser", "deadTokenTtl");
    }

    @Test
    void withoutSettingsTheDefaultsHold() {
        try (DeviceStore defaults = new InMemoryDeviceStore(time)) {
            for (int i = 0; i <= DeviceStore.DEFAULT_DEVICES_PER_USER; i++) {
                get(defaults.register(
                        Device.builder(ANN, target("t" + i), now()).build()));
            }
            assertThat(get(defaults.devicesOf(ANN))).hasSize(DeviceStore.DEFAULT_DEVICES_PER_USER);
        }
    }

    private Registration register(UserId user, String token) {
        return get(store.register(Device.builder(user, target(token), now()).build()));
    }

    private Instant now() {
        return time.now();
    }

    private static Target target(String token) {
        return Target.fcm("app", token);
    }

    private static List<Target> targets(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(i -> target("t" + i)).toList();
    }

    /** In memory every stage has ended. */
    private static <T> T get(CompletionStage<T> stage) throws CompletionException {
        return stage.toCompletableFuture().getNow(null);
    }
}
