package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.DeviceStoreUnavailableException;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.StaleSweep;
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
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Calls that break off: after each of their scripts, with the last one's answer and without it. Whatever it was, a token has one owner, an installation
 * one token, a user no more devices than allowed; the same call again ends as if nothing had happened; and in the end
 * nothing is left over.
 */
class RedisDeviceFaultsTest {

    private static final UserId ANN = UserId.of("ann@example");
    private static final UserId BOB = UserId.of("bob@example");
    private static final UserId EVE = UserId.of("eve@example");
    private static final List<UserId> USERS = List.of(ANN, BOB, EVE);
    private static final InstallationId PHONE = InstallationId.of("phone-secret");
    private static final InstallationId TABLET = InstallationId.of("tablet-secret");
    private static final Target T1 = Target.fcm("app", "token-1-secret");
    private static final Target T2 = Target.fcm("app", "token-2-secret");
    private static final List<Target> TOKENS = List.of(T1, T2);
    private static final int LIMIT = 2;
    private static final Duration TTL = Duration.ofHours(1);
    private static final int MOST_SCRIPTS = 200;

    private final TestDevices devices = new TestDevices(RedisTopology.Kind.SINGLE, RedisBinary.preferred());
    private final Instant noon = Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MILLIS);

    @AfterEach
    void close() {
        devices.close();
    }

    @TestFactory
    List<DynamicTest> aTokenThatMoves() {
        return cut(store -> register(store, ANN, PHONE, T1), store -> register(store, BOB, PHONE, T1), store -> {
            assertThat(get(store.find(T1))).as("with nobody").isPresent();
        });
    }

    @TestFactory
    List<DynamicTest> aTokenThatMovesToAnInstallationThatHasOne() {
        return cut(
                store -> {
                    register(store, ANN, PHONE, T1);
                    register(store, BOB, TABLET, T2);
                },
                store -> register(store, EVE, PHONE, T2),
                store -> assertThat(get(store.find(T2))).as("with nobody").isPresent());
    }

    @TestFactory
    List<DynamicTest> aTokenThatIsReplaced() {
        return cut(
                store -> register(store, ANN, PHONE, T1),
                store -> register(store, ANN, PHONE, T2),
                store -> assertThat(get(store.devicesOf(ANN)))
                        .as("one or the other")
                        .hasSize(1));
    }

    @TestFactory
    List<DynamicTest> aTokenThatIsReplacedByAnotherUsers() {
        return cut(
                store -> register(store, ANN, PHONE, T1),
                store -> register(store, BOB, PHONE, T2),
                store -> assertThat(get(store.devicesOf(ANN)).size()
                                + get(store.devicesOf(BOB)).size())
                        .as("one or the other")
                        .isEqualTo(1));
    }

    @TestFactory
    List<DynamicTest> oneThatMakesPlace() {
        return cut(
                store -> {
                    register(store, ANN, InstallationId.of("a"), Target.fcm("app", "a"));
                    register(store, ANN, InstallationId.of("b"), Target.fcm("app", "b"));
                },
                store -> register(store, ANN, PHONE, T1),
                store -> assertThat(get(store.devicesOf(ANN))).hasSizeLessThanOrEqualTo(LIMIT));
    }

    @TestFactory
    List<DynamicTest> aTokenThatDies() {
        return cut(
                store -> register(store, ANN, PHONE, T1),
                store -> get(store.verdict(new TokenVerdict(T1, noon.plusSeconds(1), noon.plusSeconds(1)))),
                store -> assertThat(get(store.find(T1)).isPresent())
                        .isNotEqualTo(get(store.dead(TOKENS)).contains(T1)));
    }

    @TestFactory
    List<DynamicTest> aLogout() {
        return cut(
                store -> register(store, ANN, PHONE, T1),
                store -> get(store.unregister(ANN, AppId.of("app"), PHONE)),
                store -> {});
    }

    @TestFactory
    List<DynamicTest> aUserWhoIsErased() {
        return cut(
                store -> {
                    register(store, ANN, PHONE, T1);
                    register(store, ANN, TABLET, T2);
                },
                store -> get(store.erase(ANN)),
                store -> {});
    }

    @TestFactory
    List<DynamicTest> aSweep() {
        return cut(
                store -> {
                    register(store, ANN, PHONE, T1);
                    register(store, BOB, TABLET, T2);
                },
                store -> get(store.sweepStale(StaleSweep.removing(noon.plusSeconds(1)))),
                store -> {});
    }

    @Test
    void whatIsDamagedOrNewerFailsTypedAndNamesNobody() {
        List<byte[]> values = List.of(
                new byte[0],
                new byte[] {'x'},
                new byte[] {1, 'd'},
                new byte[] {2, 'd', 1, 2, 3},
                "no entry at all, but long enough to be one, if only somebody had written it here".getBytes());
        for (int i = 0; i < values.size(); i++) {
            String name = "damaged" + i;
            DeviceStore store = healthy(name);
            register(store, ANN, PHONE, T1);
            byte[] token = devices.keysOf(name).token(T1.digest());
            byte[] value = values.get(i);
            devices.client().set(token, value);
            List<CompletionStage<?>> calls = List.of(
                    store.find(T1),
                    store.devicesOf(ANN),
                    store.seen(T1, noon),
                    store.register(device(ANN, PHONE, T1)),
                    store.verdict(new TokenVerdict(T1, null, noon)),
                    store.erase(ANN));
            calls.forEach(RedisDeviceFaultsTest::assertFailsTyped);
        }
    }

    @Test
    void anotherTypeFailsTypedAndNamesNobody() {
        String name = "type";
        DeviceStore store = healthy(name);
        register(store, ANN, PHONE, T1);
        for (byte[] key : devices.keys(name)) {
            devices.client().del(key);
            devices.client().rpush(key, "ann@example".getBytes());
        }
        List<CompletionStage<?>> calls = List.of(
                store.find(T1),
                store.devicesOf(ANN),
                store.seen(T1, noon),
                store.register(device(ANN, PHONE, T1)),
                store.unregister(ANN, AppId.of("app"), PHONE),
                store.sweepStale(StaleSweep.counting(noon)));
        calls.forEach(RedisDeviceFaultsTest::assertFailsTyped);
    }

    @Test
    void whenRedisIsAwayCallsFailTyped() {
        DeviceStore store = devices.create("away", LIMIT, TTL, way -> TestDevices.cutAfter(way, 0, false));

        assertFailsTyped(store.find(T1));
        assertFailsTyped(store.register(device(ANN, PHONE, T1)));
        store.close();
        assertFailsTyped(store.find(T1));
    }

    @Test
    void noKeyNamesAnybody() {
        DeviceStore store = healthy("names");
        register(store, ANN, PHONE, T1);
        get(store.verdict(new TokenVerdict(T2, null, noon)));

        assertThat(devices.keys("names"))
                .hasSize(5)
                .allSatisfy(key ->
                        assertThat(new String(key, StandardCharsets.ISO_8859_1)).doesNotContain("secret", "example"));
    }

    /** Bytes by kind of key, with FCM's tokens, an installation id of 36 characters and the default prefix; they stand in the output. */
    @Test
    void whatADeviceCosts() {
        DeviceStore store = healthy("memory");
        int count = 1_000;
        List<CompletionStage<?>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String token = "c".repeat(22) + ":APA91b" + "x".repeat(128) + (1_000_000 + i);
            calls.add(store.register(Device.builder(UserId.of("user-" + i), Target.fcm("com.acme.app", token), noon)
                    .installation(InstallationId.of("7f3c5a10-5b7e-4e6f-9d0b-" + (100_000_000_000L + i)))
                    .build()));
        }
        calls.forEach(RedisDeviceFaultsTest::get);
        int longer = devices.prefix("memory").length() - RedisSettings.DEFAULT_PREFIX.length();
        Map<Character, Long> byKind = new TreeMap<>();
        for (byte[] key : devices.keys("memory")) {
            String text = new String(key, StandardCharsets.US_ASCII);
            char kind = text.charAt(text.indexOf("}:") + 2);
            byKind.merge(kind, devices.client().memoryUsage(key, 0) - longer, Long::sum);
        }
        byKind.replaceAll((kind, bytes) -> bytes / count);
        System.out.println("bytes per device, by kind of key: " + byKind);
        assertThat(byKind.values().stream().mapToLong(Long::longValue).sum()).isBetween(300L, 850L);
    }

    @Test
    void instancesThatGetInEachOthersWayEndWhole() {
        List<UserId> users = USERS;
        List<Target> tokens = List.of(T1, T2, Target.fcm("app", "token-3-secret"));
        List<InstallationId> installations = List.of(PHONE, TABLET);
        List<CompletableFuture<Void>> instances = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            DeviceStore store = healthy("many");
            Random random = new Random(i);
            instances.add(CompletableFuture.runAsync(() -> {
                for (int step = 0; step < 150; step++) {
                    UserId user = users.get(random.nextInt(users.size()));
                    Target token = tokens.get(random.nextInt(tokens.size()));
                    InstallationId installation = installations.get(random.nextInt(installations.size()));
                    switch (random.nextInt(8)) {
                        case 0 -> get(store.unregister(user, token));
                        case 1 -> get(store.verdict(new TokenVerdict(token, null, noon.minusSeconds(1))));
                        case 2 -> assertThat(get(store.devicesOf(user))).hasSizeLessThanOrEqualTo(LIMIT);
                        case 3 -> get(store.sweepStale(StaleSweep.removing(noon.minusSeconds(1))));
                        default -> register(store, user, installation, token);
                    }
                }
            }));
        }
        instances.forEach(RedisDeviceFaultsTest::get);

        DeviceStore store = healthy("many");
        assertWhole(store);
        users.forEach(user -> get(store.erase(user)));
        tokens.forEach(token -> assertThat(get(store.find(token))).isEmpty());
    }

    private List<DynamicTest> cut(
            Consumer<DeviceStore> before, Consumer<DeviceStore> call, Consumer<DeviceStore> meanwhile) {
        List<DynamicTest> tests = new ArrayList<>();
        for (boolean answered : List.of(true, false)) {
            tests.add(DynamicTest.dynamicTest(answered ? "after each script" : "with its answer lost", () -> {
                String clean = "clean" + answered;
                before.accept(healthy(clean));
                call.accept(healthy(clean));
                int scripts = 0;
                for (boolean broke = true; broke; scripts++) {
                    assertThat(scripts).isLessThan(MOST_SCRIPTS);
                    broke = breaksOff("cut" + scripts + answered, clean, scripts, !answered, before, call, meanwhile);
                }
                assertThat(scripts).as("scripts of this call").isGreaterThan(2);
            }));
        }
        return tests;
    }

    private boolean breaksOff(
            String name,
            String clean,
            int after,
            boolean lost,
            Consumer<DeviceStore> before,
            Consumer<DeviceStore> call,
            Consumer<DeviceStore> meanwhile) {
        DeviceStore store = healthy(name);
        before.accept(store);
        DeviceStore dying = devices.create(name, LIMIT, TTL, way -> TestDevices.cutAfter(way, after, lost));
        Throwable broken = catchThrowable(() -> call.accept(dying));
        if (broken != null) {
            assertThat(broken).hasCauseInstanceOf(DeviceStoreUnavailableException.class);
        }

        assertWhole(store);
        meanwhile.accept(store);

        call.accept(store);
        assertWhole(store);
        assertSame(store, healthy(clean));

        devices.passTime(DeviceQuestions.SETTLED.plusSeconds(1));
        USERS.forEach(user -> get(store.devicesOf(user)));
        get(store.sweepStale(StaleSweep.removing(noon.minusSeconds(1))));
        assertSame(store, healthy(clean));
        assertThat(devices.keys(name))
                .as("left over, after " + after)
                .hasSizeLessThanOrEqualTo(devices.keys(clean).size() + (broken == null ? 0 : 1));
        return broken != null;
    }

    /** One owner, one token, and a place. */
    private static void assertWhole(DeviceStore store) {
        List<Device> all = new ArrayList<>();
        for (UserId user : USERS) {
            List<Device> own = get(store.devicesOf(user));
            assertThat(own).hasSizeLessThanOrEqualTo(LIMIT);
            all.addAll(own);
        }
        assertThat(all).extracting(Device::target).doesNotHaveDuplicates();
        assertThat(all).extracting(Device::installation).doesNotHaveDuplicates();
        for (Target target : TOKENS) {
            Optional<Device> found = get(store.find(target));
            assertThat(all.stream().filter(d -> d.target().equals(target)).findAny())
                    .isEqualTo(found);
        }
    }

    private static void assertSame(DeviceStore store, DeviceStore other) {
        USERS.forEach(user -> assertThat(get(store.devicesOf(user))).isEqualTo(get(other.devicesOf(user))));
        assertThat(get(store.dead(TOKENS))).isEqualTo(get(other.dead(TOKENS)));
    }

    private DeviceStore healthy(String name) {
        return devices.create(name, LIMIT, TTL, UnaryOperator.identity());
    }

    private void register(DeviceStore store, UserId user, InstallationId installation, Target target) {
        get(store.register(device(user, installation, target)));
    }

    private Device device(UserId user, InstallationId installation, Target target) {
        return Device.builder(user, target, noon).installation(installation).build();
    }

    private static void assertFailsTyped(CompletionStage<?> stage) {
        Throwable failure = catchThrowable(() -> stage.toCompletableFuture().get(60, TimeUnit.SECONDS));
        assertThat(failure).isInstanceOf(ExecutionException.class);
        assertThat(failure.getCause()).isInstanceOf(DeviceStoreUnavailableException.class);
        for (Throwable t = failure; t != null; t = t.getCause()) {
            assertThat(String.valueOf(t.getMessage())).doesNotContain("secret", "example", T1.digest());
        }
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
