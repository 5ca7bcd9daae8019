package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Repair;
import dev.notifykit.device.RepairReport;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Calls that break off after each of their scripts, and are not made again: a repair finds what they left behind, gives all of it back, and touches nothing
 * else. What was left behind is what is still there when all users are erased.
 */
class RedisDeviceRepairTest {

    private static final UserId ANN = UserId.of("ann");
    private static final UserId BOB = UserId.of("bob");
    private static final InstallationId PHONE = InstallationId.of("phone");
    private static final InstallationId TABLET = InstallationId.of("tablet");
    private static final Target T1 = Target.fcm("app", "t1");
    private static final Target T2 = Target.fcm("app", "t2");
    private static final int LIMIT = 2;

    private final Instant noon = Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MILLIS);

    private enum Cut {
        A_REGISTRATION(store -> {}, (test, store) -> test.register(store, ANN, PHONE, T1)),
        A_TOKEN_THAT_MOVES(
                test -> test.register(test.healthy(), ANN, PHONE, T1),
                (test, store) -> test.register(store, BOB, TABLET, T1)),
        A_TOKEN_THAT_IS_REPLACED(
                test -> test.register(test.healthy(), ANN, PHONE, T1),
                (test, store) -> test.register(store, BOB, PHONE, T2)),
        A_LOGOUT(
                test -> test.register(test.healthy(), ANN, PHONE, T1),
                (test, store) -> get(store.unregister(ANN, AppId.of("app"), PHONE))),
        A_VERDICT(
                test -> test.register(test.healthy(), ANN, PHONE, T1),
                (test, store) -> get(store.verdict(new TokenVerdict(T1, null, Instant.now())))),
        AN_ERASURE(
                test -> {
                    test.register(test.healthy(), ANN, PHONE, T1);
                    test.register(test.healthy(), ANN, TABLET, T2);
                },
                (test, store) -> get(store.erase(ANN)));

        private interface Call {
            void by(RedisDeviceRepairTest test, DeviceStore store);
        }

        private final Consumer<RedisDeviceRepairTest> before;
        private final Call call;

        Cut(Consumer<RedisDeviceRepairTest> before, Call call) {
            this.before = before;
            this.call = call;
        }
    }

    private final List<TestDevices> opened = new ArrayList<>();
    private TestDevices devices = open(RedisTopology.Kind.SINGLE);
    private String name = "first";

    @AfterEach
    void close() {
        opened.forEach(TestDevices::close);
    }

    private TestDevices open(RedisTopology.Kind kind) {
        TestDevices made = new TestDevices(kind, RedisBinary.preferred());
        opened.add(made);
        return made;
    }

    @ParameterizedTest
    @EnumSource
    void whatABrokenCallLeavesIsFoundAndGivenBack(Cut cut) {
        int dangling = 0;
        boolean broke = true;
        for (int scripts = 0; broke; scripts++) {
            assertThat(scripts).isLessThan(200);
            dangling += leftAfter(cut, scripts);
            broke = this.broke;
        }
        assertThat(dangling).as("something to find").isPositive();
    }

    @Test
    void inAClusterAllNodesAreLookedAt() {
        devices = open(RedisTopology.Kind.CLUSTER);
        int users = 60;
        for (int i = 0; i < users; i++) {
            register(healthy(), UserId.of("user " + i), InstallationId.of("i" + i), Target.fcm("app", "t" + i));
        }
        // As if the nodes with the tokens had lost what was written last.
        for (byte[] key : devices.keys(name)) {
            String text = new String(key, StandardCharsets.US_ASCII);
            if (text.contains(":t:") || text.endsWith(":a")) {
                devices.client().del(key);
            }
        }
        devices.passTime(DeviceQuestions.SETTLED.plusSeconds(1));

        assertThat(repair(Repair.counting().limit(50)).dangling()).isEqualTo(2 * users);
        assertThat(repair(Repair.removing().limit(50)).dangling())
                .as("a place is given back with its installation, where it is met first")
                .isBetween(users, 2 * users);
        assertThat(devices.keys(name)).isEmpty();
    }

    @Test
    void whatIsOnTheListOnlyIsTakenOff() {
        register(healthy(), ANN, PHONE, T1);
        devices.client().del(devices.keysOf(name).token(T1.digest()));

        assertThat(repair(Repair.removing()).dangling()).isEqualTo(1);
        assertThat(get(healthy().devicesOf(ANN))).isEmpty();
        devices.passTime(DeviceQuestions.SETTLED.plusSeconds(1));
        assertThat(repair(Repair.removing()).dangling())
                .as("place and installation, together where the place is met first")
                .isBetween(1, 2);
        assertThat(devices.keys(name)).isEmpty();
    }

    @Test
    void whatIsUnderWayIsLeftAlone() {
        register(healthy(), ANN, PHONE, T1);
        devices.client().del(devices.keysOf(name).token(T1.digest()));
        int keys = devices.keys(name).size();

        assertThat(repair(Repair.removing()).dangling()).as("off the list").isEqualTo(1);
        assertThat(devices.keys(name)).hasSize(keys - 1);
    }

    private boolean broke;

    /** How much a repair has found. */
    private int leftAfter(Cut cut, int scripts) {
        name = cut + "-" + scripts;
        cut.before.accept(this);
        DeviceStore dying = devices.create(
                name, LIMIT, Duration.ofHours(1), way -> TestDevices.cutAfter(way, scripts, scripts % 2 == 0));
        broke = false;
        try {
            cut.call.by(this, dying);
        } catch (IllegalStateException e) {
            broke = true;
        }
        devices.passTime(DeviceQuestions.SETTLED.plusSeconds(1));
        List<List<Device>> registered = registered();

        int counted = repair(Repair.counting()).dangling();
        assertThat(registered()).isEqualTo(registered);
        int removed = repair(Repair.removing()).dangling();

        assertThat(removed)
                .as("one removed may be all of some that were counted")
                .isLessThanOrEqualTo(counted);
        assertThat(removed > 0).isEqualTo(counted > 0);
        assertThat(repair(Repair.counting()).dangling()).isZero();
        assertThat(registered()).as("what is sound stays").isEqualTo(registered);
        List.of(ANN, BOB).forEach(user -> get(healthy().erase(user)));
        assertThat(devices.keys(name))
                .as("left over after " + scripts + " scripts")
                .allMatch(key -> new String(key, StandardCharsets.US_ASCII).contains(":x:"));
        return removed;
    }

    private List<List<Device>> registered() {
        // By target: to ask for a user's devices would give back what is left over of that user.
        return List.of(T1, T2).stream()
                .map(target -> get(healthy().find(target)).stream().toList())
                .toList();
    }

    private RepairReport repair(Repair first) {
        DeviceStore store = healthy();
        int examined = 0;
        int dangling = 0;
        Repair step = first;
        for (int steps = 0; steps < 10_000; steps++) {
            RepairReport report = get(store.repair(step));
            examined += report.examined();
            dangling += report.dangling();
            if (report.next() == null) {
                return new RepairReport(examined, dangling, null);
            }
            step = step.from(report.next());
        }
        throw new AssertionError("a repair that does not end");
    }

    private DeviceStore healthy() {
        return devices.create(name, LIMIT, Duration.ofHours(1), UnaryOperator.identity());
    }

    private void register(DeviceStore store, UserId user, InstallationId installation, Target target) {
        get(store.register(
                Device.builder(user, target, noon).installation(installation).build()));
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
