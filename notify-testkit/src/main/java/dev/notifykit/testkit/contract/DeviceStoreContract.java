package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Registration;
import dev.notifykit.device.Registration.Kind;
import dev.notifykit.device.StaleSweep;
import dev.notifykit.device.SweepReport;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.device.TokenVerdict.Effect;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link DeviceStore} has to keep. A store's own test extends this class and says how an empty store is made and how its clock
 * is moved. Rules first, then races whose outcome can be counted, then random steps beside a plain reference; a failure of those names the
 * seed, and {@code -Dnotifykit.seed=N} runs it again.
 */
public abstract class DeviceStoreContract {

    static final int DEVICES_PER_USER = 4;
    static final Duration DEAD_TOKEN_TTL = Duration.ofHours(1);

    private static final UserId ANN = UserId.of("ann");
    private static final UserId BOB = UserId.of("bob");
    private static final UserId EVE = UserId.of("eve");
    private static final AppId APP = AppId.of("app");
    private static final InstallationId PHONE = InstallationId.of("phone");
    private static final InstallationId TABLET = InstallationId.of("tablet");
    private static final Target T1 = Target.fcm("app", "t1");
    private static final Target T2 = Target.fcm("app", "t2");
    private static final Target T3 = Target.fcm("app", "t3");

    private DeviceStore store;
    private Instant noon;

    /** For subclasses. */
    @SuppressWarnings("NullAway.Init") // set before each test
    protected DeviceStoreContract() {}

    /**
     * Makes an empty store, apart from all others.
     *
     * @param devicesPerUser how many devices a user has at most
     * @param deadTokenTtl how long a dead token is remembered
     * @return a new store; the contract closes it
     */
    protected abstract DeviceStore createStore(int devicesPerUser, Duration deadTokenTtl);

    /**
     * Reads the clock of the store.
     *
     * @return now
     */
    protected abstract Instant now();

    /**
     * Lets time pass for the store that was made last: what ends meanwhile has ended afterwards.
     *
     * @param by at most a few hours
     */
    protected abstract void passTime(Duration by);

    @BeforeEach
    final void open() {
        store = createStore(DEVICES_PER_USER, DEAD_TOKEN_TTL);
        noon = now().truncatedTo(ChronoUnit.MILLIS).minus(Duration.ofDays(30));
    }

    @AfterEach
    final void close() {
        store.close();
    }

    // ---- register ----

    @Test
    void aDeviceComesBackAsItWasRegistered() {
        Device device = Device.builder(ANN, T1, noon)
                .installation(PHONE)
                .lastSeen(at(5))
                .locale(Locale.forLanguageTag("zh-Hant-TW"))
                .zone(ZoneId.of("Asia/Taipei"))
                .build();

        assertEquals(new Registration(Kind.NEW, false, false, 0), get(store.register(device)));

        assertEquals(List.of(device), get(store.devicesOf(ANN)));
        assertEquals(List.of(device), get(store.devicesOf(ANN, APP)));
        assertEquals(Optional.of(device), get(store.find(T1)));
    }

    @Test
    void whatIsNotKnownOfADeviceStaysUnknown() {
        Device device = Device.builder(ANN, T1, noon).build();
        get(store.register(device));

        assertEquals(Optional.of(device), get(store.find(T1)));
    }

    @Test
    void whoHasNoDeviceHasNone() {
        assertEquals(List.of(), get(store.devicesOf(ANN)));
        assertEquals(List.of(), get(store.devicesOf(ANN, APP)));
        assertEquals(Optional.empty(), get(store.find(T1)));
        assertFalse(get(store.seen(T1, noon)));
        assertFalse(get(store.unregister(ANN, APP, PHONE)));
        assertFalse(get(store.unregister(ANN, T1)));
        assertEquals(0, get(store.erase(ANN)));
    }

    @Test
    void aKnownDeviceIsRefreshed() {
        register(ANN, PHONE, T1, 0);
        Device later = Device.builder(ANN, T1, at(9))
                .installation(PHONE)
                .locale(Locale.FRENCH)
                .zone(ZoneId.of("Europe/Paris"))
                .build();

        assertEquals(new Registration(Kind.REFRESHED, false, false, 0), get(store.register(later)));
        assertEquals(List.of(later), get(store.devicesOf(ANN)));
        assertEquals(
                new Registration(Kind.REFRESHED, false, false, 0), get(store.register(later)), "the same call again");
        assertEquals(List.of(later), get(store.devicesOf(ANN)));
    }

    @Test
    void theTimesOfATargetOnlyMoveForwardsWhoeverRegistersIt() {
        get(store.register(Device.builder(ANN, T1, at(5))
                .installation(PHONE)
                .lastSeen(at(9))
                .build()));

        for (UserId user : List.of(ANN, BOB)) {
            register(user, PHONE, T1, 2);
            Device device = get(store.find(T1)).orElseThrow();
            assertEquals(user, device.user());
            assertEquals(at(5), device.registeredAt());
            assertEquals(at(9), device.lastSeen());
        }
    }

    @Test
    void theFutureIsCutOff() {
        Instant future = now().plus(Duration.ofDays(400));
        get(store.register(
                Device.builder(ANN, T1, future).lastSeen(future.plusSeconds(1)).build()));

        Device device = get(store.find(T1)).orElseThrow();
        assertFalse(device.registeredAt().isAfter(now()), "registered in the future");
        assertFalse(device.lastSeen().isAfter(now()), "seen in the future");
        assertTrue(device.registeredAt().isAfter(now().minus(Duration.ofHours(1))), "it counts as now");

        get(store.seen(T1, future));
        assertFalse(get(store.find(T1)).orElseThrow().lastSeen().isAfter(now()), "seen in the future");
    }

    @Test
    void aTokenMovesToTheUserWhoRegistersItLast() {
        register(ANN, PHONE, T1, 5);

        assertEquals(new Registration(Kind.REFRESHED, false, true, 0), register(BOB, PHONE, T1, 9));
        assertOwners(BOB, T1);
        assertEquals(List.of(), get(store.devicesOf(ANN)));

        assertEquals(
                new Registration(Kind.REFRESHED, false, true, 0), register(EVE, TABLET, T1, 1), "a host's slow clock");
        assertOwners(EVE, T1);
        assertEquals(List.of(), get(store.devicesOf(BOB)));
        assertFalse(get(store.unregister(BOB, APP, PHONE)));
        assertTrue(get(store.unregister(EVE, APP, TABLET)), "under its new installation");
    }

    @Test
    void aNewTokenReplacesTheOldOneOfItsInstallation() {
        register(ANN, PHONE, T1, 0);
        register(ANN, TABLET, T3, 0);

        assertEquals(new Registration(Kind.NEW, true, false, 0), register(ANN, PHONE, T2, 1));

        assertEquals(Optional.empty(), get(store.find(T1)));
        assertEquals(Set.of(T2, T3), targetsOf(ANN));
        assertEquals(Set.of(), get(store.dead(List.of(T1))), "replaced is not dead");
    }

    @Test
    void aNewTokenTakesTheInstallationFromTheUserBefore() {
        register(ANN, PHONE, T1, 0);

        assertEquals(new Registration(Kind.NEW, true, true, 0), register(BOB, PHONE, T2, 1));

        assertEquals(Optional.empty(), get(store.find(T1)));
        assertEquals(List.of(), get(store.devicesOf(ANN)));
        assertOwners(BOB, T2);
    }

    @Test
    void anAppInstalledAnewThatKeepsItsTokenIsOneDevice() {
        register(ANN, PHONE, T1, 0);

        assertEquals(new Registration(Kind.REFRESHED, false, false, 0), register(ANN, TABLET, T1, 1));

        assertEquals(1, get(store.devicesOf(ANN)).size());
        assertFalse(get(store.unregister(ANN, APP, PHONE)));
        assertEquals(Kind.NEW, register(BOB, PHONE, T2, 2).kind(), "the old installation is free");
        assertOwners(ANN, T1);
    }

    @Test
    void anInstallationThatSwapsItsTokenForAKnownOneLosesItsOwn() {
        register(ANN, PHONE, T1, 0);
        register(BOB, TABLET, T2, 0);

        assertEquals(new Registration(Kind.REFRESHED, true, true, 0), register(EVE, PHONE, T2, 1));

        assertEquals(Set.of(), targetsOf(ANN));
        assertEquals(Set.of(), targetsOf(BOB));
        assertOwners(EVE, T2);
        assertEquals(Optional.empty(), get(store.find(T1)));
    }

    @Test
    void whatDiffersInAppProviderOrEnvironmentIsAnotherDevice() {
        List<Target> targets = List.of(
                new Target(APP, ProviderId.APNS, Environment.PRODUCTION, "same"),
                new Target(APP, ProviderId.APNS, Environment.SANDBOX, "same"),
                new Target(APP, ProviderId.FCM, Environment.PRODUCTION, "same"),
                new Target(AppId.of("other"), ProviderId.FCM, Environment.PRODUCTION, "same"));
        targets.forEach(
                target -> get(store.register(Device.builder(ANN, target, noon).build())));

        assertEquals(Set.copyOf(targets), targetsOf(ANN));
        assertEquals(3, get(store.devicesOf(ANN, APP)).size());
        assertEquals(Effect.REMOVED, get(store.verdict(new TokenVerdict(targets.get(1), null, at(1)))));
        assertEquals(Set.of(targets.get(1)), get(store.dead(targets)));
    }

    @Test
    void anInstallationIdIsOneOfItsAppOnly() {
        Target other = Target.fcm("other", "t");
        register(ANN, PHONE, T1, 0);
        assertEquals(new Registration(Kind.NEW, false, false, 0), register(BOB, PHONE, other, 0));

        assertFalse(get(store.unregister(ANN, AppId.of("other"), PHONE)));
        assertOwners(ANN, T1);
        assertOwners(BOB, other);
    }

    // ---- how many a user has ----

    @Test
    void oneTooManyTakesThePlaceOfTheOneSeenLongestAgoOfWhateverApp() {
        for (int i = 1; i < DEVICES_PER_USER; i++) {
            registerNameless(ANN, Target.fcm("app", "full" + i), 10 + i);
        }
        Target oldest = Target.apns("other", "old");
        registerNameless(ANN, oldest, 5);
        get(store.seen(Target.fcm("app", "full1"), at(50)));

        assertEquals(new Registration(Kind.NEW, false, false, 1), registerNameless(ANN, T1, 20));
        assertEquals(Optional.empty(), get(store.find(oldest)));
        assertEquals(new Registration(Kind.NEW, false, false, 1), registerNameless(ANN, T2, 20));
        assertEquals(Optional.empty(), get(store.find(Target.fcm("app", "full2"))), "full1 was seen since");
        assertEquals(DEVICES_PER_USER, get(store.devicesOf(ANN)).size());
        assertEquals(Set.of(), get(store.dead(List.of(oldest))), "it is not dead");
    }

    @Test
    void whoeverIsRegisteredLastStaysEvenIfSeenLongestAgo() {
        fill(ANN);

        assertEquals(1, registerNameless(ANN, T1, -50).evicted());
        assertTrue(targetsOf(ANN).contains(T1));
    }

    @Test
    void amongEqualsTheLastInTheOrderOfDevicesMakesPlace() {
        for (String token : List.of("b", "d", "a", "c")) {
            registerNameless(ANN, Target.fcm("app", token), 0);
        }
        registerNameless(ANN, Target.fcm("app", "e"), 0);

        assertEquals(Optional.empty(), get(store.find(Target.fcm("app", "d"))));
    }

    @Test
    void aTokenThatMovesToAUserWhoHasManyNeedsPlaceToo() {
        fill(ANN);
        registerNameless(BOB, T1, 0);

        assertEquals(new Registration(Kind.REFRESHED, false, true, 1), registerNameless(ANN, T1, 9));
        assertEquals(DEVICES_PER_USER, get(store.devicesOf(ANN)).size());
    }

    @Test
    void whoTakesTheirOwnPlaceNeedsNoOthers() {
        fill(ANN);
        get(store.erase(BOB));
        Device known = get(store.devicesOf(ANN)).get(0);

        assertEquals(0, get(store.register(known)).evicted());
        assertEquals(
                new Registration(Kind.NEW, true, false, 0),
                get(store.register(known.toBuilder().target(T1).build())));
        assertEquals(DEVICES_PER_USER, get(store.devicesOf(ANN)).size());
    }

    // ---- unregister, erase ----

    @Test
    void aLogoutRemovesTheInstallation() {
        register(ANN, PHONE, T1, 0);
        register(ANN, TABLET, T2, 0);

        assertTrue(get(store.unregister(ANN, APP, PHONE)));

        assertEquals(Set.of(T2), targetsOf(ANN));
        assertEquals(Optional.empty(), get(store.find(T1)));
        assertEquals(Set.of(), get(store.dead(List.of(T1))), "it is not dead");
        assertFalse(get(store.unregister(ANN, APP, PHONE)), "once more");
        assertEquals(Kind.NEW, register(ANN, PHONE, T1, 0).kind());
    }

    @Test
    void aLogoutByTargetRemovesIt() {
        register(ANN, PHONE, T1, 0);

        assertTrue(get(store.unregister(ANN, T1)));

        assertEquals(List.of(), get(store.devicesOf(ANN)));
        assertFalse(get(store.unregister(ANN, T1)), "once more");
    }

    @Test
    void aLateLogoutDoesNotSilenceThePersonWhoCameAfter() {
        register(ANN, PHONE, T1, 0);
        register(BOB, PHONE, T1, 1);

        assertFalse(get(store.unregister(ANN, APP, PHONE)));
        assertFalse(get(store.unregister(ANN, T1)));
        assertEquals(0, get(store.erase(ANN)));
        assertOwners(BOB, T1);
    }

    @Test
    void erasedUsersLeaveNothingAndOthersStay() {
        register(ANN, PHONE, T1, 0);
        registerNameless(ANN, Target.apns("other", "t"), 0);
        register(BOB, TABLET, T2, 0);

        assertEquals(2, get(store.erase(ANN)));

        assertEquals(List.of(), get(store.devicesOf(ANN)));
        assertEquals(Optional.empty(), get(store.find(T1)));
        assertEquals(0, get(store.erase(ANN)), "once more");
        assertOwners(BOB, T2);
        assertEquals(Kind.NEW, register(BOB, PHONE, T1, 0).kind(), "as if ann had never been");
    }

    // ---- look up, seen ----

    @Test
    void theMostRecentlySeenComesFirst() {
        Target other = Target.apns("other", "t");
        register(ANN, PHONE, T1, 2);
        registerNameless(ANN, other, 3);
        register(ANN, TABLET, T2, 1);
        assertEquals(List.of(other, T1, T2), inOrder(get(store.devicesOf(ANN))));

        get(store.seen(T2, at(9)));
        assertEquals(List.of(T2, other, T1), inOrder(get(store.devicesOf(ANN))));
        assertEquals(List.of(T2, T1), inOrder(get(store.devicesOf(ANN, APP))));
    }

    @Test
    void aSignOfLifeMovesForwardsOnlyAndIsNoRegistration() {
        register(ANN, PHONE, T1, 0);

        assertTrue(get(store.seen(T1, at(7))));
        assertTrue(get(store.seen(T1, at(3))));

        Device device = get(store.find(T1)).orElseThrow();
        assertEquals(at(7), device.lastSeen());
        assertEquals(noon, device.registeredAt());
        assertEquals(List.of(device), get(store.devicesOf(ANN)));
        assertEquals(Effect.REMOVED, get(store.verdict(new TokenVerdict(T1, at(1), at(9)))), "seen is not registered");
    }

    // ---- verdicts ----

    @Test
    void aVerdictRemovesWhatWasRegisteredBefore() {
        register(ANN, PHONE, T1, 0);

        assertEquals(Effect.REMOVED, get(store.verdict(new TokenVerdict(T1, at(1), at(9)))));

        assertEquals(Optional.empty(), get(store.find(T1)));
        assertEquals(List.of(), get(store.devicesOf(ANN)));
        assertFalse(get(store.unregister(ANN, APP, PHONE)));
        assertEquals(Set.of(T1), get(store.dead(List.of(T1, T2))));
        assertEquals(Effect.DEAD, get(store.verdict(new TokenVerdict(T1, at(1), at(9)))), "once more");
    }

    @Test
    void aVerdictOfTheVeryTimeOfTheRegistrationRemoves() {
        register(ANN, PHONE, T1, 1);

        assertEquals(Effect.REMOVED, get(store.verdict(new TokenVerdict(T1, at(1), at(9)))));
    }

    @Test
    void aVerdictOlderThanTheRegistrationChangesNothing() {
        register(ANN, PHONE, T1, 1);

        assertEquals(Effect.KEPT, get(store.verdict(new TokenVerdict(T1, at(1).minusMillis(1), at(9)))));

        assertOwners(ANN, T1);
        assertEquals(Set.of(), get(store.dead(List.of(T1))));
    }

    @Test
    void withoutTheProvidersTimeTheBeginningOfTheAttemptDecides() {
        register(ANN, PHONE, T1, 5);

        assertEquals(Effect.KEPT, get(store.verdict(new TokenVerdict(T1, null, at(5).minusMillis(1)))));
        assertOwners(ANN, T1);
        assertEquals(Effect.REMOVED, get(store.verdict(new TokenVerdict(T1, null, at(5)))));
    }

    @Test
    void aVerdictFromTheFutureDoesNotBarWhoRegistersThen() {
        Instant future = now().plus(Duration.ofDays(400));
        register(ANN, PHONE, T1, 0);
        assertEquals(Effect.REMOVED, get(store.verdict(new TokenVerdict(T1, future, future))));
        assertEquals(Set.of(T1), get(store.dead(List.of(T1))));

        for (Instant then = now(); !now().minusMillis(1).isAfter(then); ) {
            passTime(Duration.ofMillis(10));
        }
        assertEquals(
                Kind.NEW,
                get(store.register(Device.builder(ANN, T1, now()).build())).kind());
        assertOwners(ANN, T1);
    }

    @Test
    void aTokenThatNobodyRegisteredCanBeDead() {
        assertEquals(Effect.DEAD, get(store.verdict(new TokenVerdict(T1, null, at(1)))));

        assertEquals(Set.of(T1), get(store.dead(List.of(T1, T2, T1))));
    }

    @Test
    void aVerdictOnAReplacedTokenSparesTheNewOne() {
        register(ANN, PHONE, T1, 0);
        register(ANN, PHONE, T2, 1);

        assertEquals(Effect.DEAD, get(store.verdict(new TokenVerdict(T1, at(5), at(9)))));
        assertOwners(ANN, T2);
    }

    @Test
    void theSameTokenRegisteredLaterIsAliveAgain() {
        get(store.verdict(new TokenVerdict(T1, at(5), at(9))));

        assertEquals(
                new Registration(Kind.NEW, false, false, 0),
                get(store.register(Device.builder(ANN, T1, at(5).plusMillis(1))
                        .installation(PHONE)
                        .build())));

        assertEquals(Set.of(), get(store.dead(List.of(T1))));
        assertOwners(ANN, T1);
        assertEquals(
                Effect.KEPT, get(store.verdict(new TokenVerdict(T1, at(5), at(9)))), "the verdict comes late again");
    }

    @Test
    void aDeadTokenCannotBeRegisteredAsOfATimeWhenItWasDead() {
        register(ANN, PHONE, T2, 0);
        get(store.verdict(new TokenVerdict(T1, at(5), at(9))));

        assertEquals(new Registration(Kind.DEAD, false, false, 0), register(ANN, PHONE, T1, 5));

        assertEquals(Optional.empty(), get(store.find(T1)));
        assertEquals(Set.of(T1), get(store.dead(List.of(T1))));
        assertOwners(ANN, T2);
    }

    @Test
    void whoRegistersADeadTokenStillTakesTheInstallationFromTheUserBefore() {
        register(ANN, PHONE, T2, 0);
        get(store.verdict(new TokenVerdict(T1, at(5), at(9))));

        assertEquals(new Registration(Kind.DEAD, true, true, 0), register(BOB, PHONE, T1, 5));

        assertEquals(List.of(), get(store.devicesOf(ANN)), "it would ring in bob's hand");
        assertEquals(List.of(), get(store.devicesOf(BOB)));
        assertEquals(new Registration(Kind.DEAD, false, false, 0), register(BOB, PHONE, T1, 5), "once more");
    }

    @Test
    void theLatestVerdictCounts() {
        get(store.verdict(new TokenVerdict(T1, at(5), at(9))));
        get(store.verdict(new TokenVerdict(T1, at(2), at(9))));
        assertEquals(Kind.DEAD, register(ANN, PHONE, T1, 4).kind());

        get(store.verdict(new TokenVerdict(T1, at(7), at(9))));
        assertEquals(Kind.DEAD, register(ANN, PHONE, T1, 6).kind());
        assertEquals(Kind.NEW, register(ANN, PHONE, T1, 8).kind());
    }

    @Test
    void aDeadTokenIsForgottenInTheEndCountedFromTheLastVerdict() {
        get(store.verdict(new TokenVerdict(T1, at(5), at(9))));
        get(store.verdict(new TokenVerdict(T2, at(5), at(9))));
        passTime(DEAD_TOKEN_TTL.dividedBy(2));
        get(store.verdict(new TokenVerdict(T2, at(5), at(9))));
        assertEquals(Set.of(T1, T2), get(store.dead(List.of(T1, T2))));

        passTime(DEAD_TOKEN_TTL.dividedBy(2));
        assertEquals(Set.of(T2), get(store.dead(List.of(T1, T2))));
        assertEquals(Kind.NEW, register(ANN, PHONE, T1, 0).kind(), "it bars nobody any more");

        passTime(DEAD_TOKEN_TTL.dividedBy(2));
        assertEquals(Set.of(), get(store.dead(List.of(T2))));
    }

    @Test
    void aWholePageIsLookedUpAtOnce() {
        List<Target> page = IntStream.range(0, 1_000)
                .mapToObj(i -> Target.fcm("app", "page" + i))
                .toList();
        Set<Target> dead = page.stream()
                .filter(target -> target.hashCode() % 7 == 0)
                .peek(target -> get(store.verdict(new TokenVerdict(target, null, noon))))
                .collect(Collectors.toSet());

        assertEquals(dead, get(store.dead(page)));
        assertEquals(Set.of(), get(store.dead(List.of())));
    }

    // ---- sweep ----

    @Test
    void aSweepRemovesWhoWasLastSeenEarlier() {
        register(ANN, PHONE, T1, 0);
        register(ANN, TABLET, T2, 0);
        registerNameless(BOB, T3, 5);
        get(store.seen(T2, at(7)));

        assertEquals(new SweepReport(3, 1, null), sweep(store, StaleSweep.removing(at(5))));

        assertEquals(Set.of(T2), targetsOf(ANN));
        assertOwners(BOB, T3);
        assertEquals(Set.of(), get(store.dead(List.of(T1))), "stale is not dead");
        assertEquals(Kind.NEW, register(ANN, PHONE, T1, 0).kind());
    }

    @Test
    void aDryRunCountsAndRemovesNothing() {
        register(ANN, PHONE, T1, 0);
        register(ANN, TABLET, T2, 9);

        assertEquals(new SweepReport(2, 1, null), sweep(store, StaleSweep.counting(at(5))));
        assertEquals(Set.of(T1, T2), targetsOf(ANN));
    }

    @Test
    void aSweepGoesStepByStepAndLooksAtEachDeviceOnce() {
        int devices = 50;
        for (int i = 0; i < devices; i++) {
            registerNameless(UserId.of("u" + i), Target.fcm("app", "s" + i), i % 2 * 10);
        }
        assertEquals(
                new SweepReport(devices, devices / 2, null),
                sweep(store, StaleSweep.counting(at(5)).limit(7)));

        // One that is registered all the while must be met once, whatever happens to it.
        Device steady = get(store.find(Target.fcm("app", "s1"))).orElseThrow();
        int examined = 0;
        int stale = 0;
        StaleSweep step = StaleSweep.removing(at(5)).limit(7);
        for (SweepReport report = get(store.sweepStale(step)); ; report = get(store.sweepStale(step))) {
            examined += report.examined();
            stale += report.stale();
            get(store.register(steady));
            get(store.seen(steady.target(), at(10 + examined)));
            if (report.next() == null) {
                break;
            }
            step = step.from(report.next());
        }
        assertEquals(devices, examined);
        assertEquals(devices / 2, stale);
        assertEquals(new SweepReport(devices / 2, 0, null), sweep(store, StaleSweep.counting(at(5))));
    }

    @Test
    void aForeignCursorFailsTheStep() {
        CompletionStage<SweepReport> stage =
                store.sweepStale(StaleSweep.counting(noon).from("no cursor\n{of} this:store"));

        Exception failure = assertThrows(
                ExecutionException.class, () -> stage.toCompletableFuture().get(30, TimeUnit.SECONDS));
        assertInstanceOf(IllegalArgumentException.class, failure.getCause());
    }

    // ---- hostile names ----

    @Test
    void usersWithHostileNamesNeverMeet() {
        List<UserId> users = DeviceStoreNames.HOSTILE.stream().map(UserId::of).toList();
        for (int i = 0; i < users.size(); i++) {
            register(users.get(i), InstallationId.of("i" + i), Target.fcm("app", "h" + i), 0);
        }
        for (int i = 0; i < users.size(); i++) {
            assertOwners(users.get(i), Target.fcm("app", "h" + i));
        }
        for (int i = 0; i < users.size(); i++) {
            assertEquals(1, get(store.erase(users.get(i))), "of name " + i + " alone");
        }
    }

    @Test
    void installationsAndAddressesWithHostileNamesNeverMeet() {
        List<Target> targets = new ArrayList<>();
        for (String name : DeviceStoreNames.HOSTILE) {
            targets.add(Target.fcm("app", "x" + name));
            register(UserId.of("of " + targets.size()), InstallationId.of(name), targets.get(targets.size() - 1), 0);
        }
        for (int i = 0; i < targets.size(); i++) {
            assertOwners(UserId.of("of " + (i + 1)), targets.get(i));
        }
        Set<Target> dead = new HashSet<>(targets.subList(0, targets.size() / 2));
        dead.forEach(target -> assertEquals(Effect.REMOVED, get(store.verdict(new TokenVerdict(target, null, at(1))))));
        assertEquals(dead, get(store.dead(targets)));
    }

    @Test
    void namesThatAreEqualWhenGluedTogetherNeverMeet() {
        for (String glue : DeviceStoreNames.GLUE) {
            register(UserId.of("a" + glue + "b"), InstallationId.of("c"), Target.fcm("p", "q" + glue + "r"), 0);
            register(UserId.of("a"), InstallationId.of("b" + glue + "c"), Target.fcm("p", "q"), 0);

            assertOwners(UserId.of("a" + glue + "b"), Target.fcm("p", "q" + glue + "r"));
            assertOwners(UserId.of("a"), Target.fcm("p", "q"));
            get(store.erase(UserId.of("a" + glue + "b")));
            assertOwners(UserId.of("a"), Target.fcm("p", "q"));
        }
        for (String glue : List.of("", ":", "/", "|", ".", "{", "}", "*")) {
            List<Target> targets = List.of(
                    new Target(AppId.of("p" + glue + "q"), ProviderId.of("r"), Environment.PRODUCTION, "s"),
                    new Target(AppId.of("p"), ProviderId.of("q" + glue + "r"), Environment.PRODUCTION, "s"));
            assertEquals(Effect.DEAD, get(store.verdict(new TokenVerdict(targets.get(0), null, noon))));
            assertEquals(Set.of(targets.get(0)), get(store.dead(targets)));
        }
    }

    // ---- races ----

    @Test
    void aTokenIsNeverSeenWithTwoUsersNorWithNone() throws Exception {
        race().aTokenIsNeverSeenWithTwoUsersNorWithNone();
    }

    @Test
    void manyWhoRegisterOneTokenTakeItFromOneAnother() throws Exception {
        race().manyWhoRegisterOneTokenTakeItFromOneAnother();
    }

    @Test
    void ofManyTokensOfOneInstallationOneStays() throws Exception {
        race().ofManyTokensOfOneInstallationOneStays();
    }

    @Test
    void manyDevicesOfOneUserStayWithinTheLimit() throws Exception {
        race().manyDevicesOfOneUserStayWithinTheLimit();
    }

    @Test
    void registrationsAndVerdictsEndAlikeInEitherOrder() throws Exception {
        race().registrationsAndVerdictsEndAlikeInEitherOrder();
    }

    @Test
    void whatIsRemovedIsNotBroughtBackByASignOfLife() throws Exception {
        race().whatIsRemovedIsNotBroughtBackByASignOfLife();
    }

    private DeviceStoreRaces race() {
        return new DeviceStoreRaces(store, noon);
    }

    // ---- random steps ----

    @TestFactory
    Stream<DynamicTest> randomStepsEndAsInTheReference() {
        return LongStream.of(Seeds.some())
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> randomSteps(seed)));
    }

    final void randomSteps(long seed) {
        try (DeviceStore fresh = createStore(DEVICES_PER_USER, DEAD_TOKEN_TTL)) {
            new DeviceStoreModel(fresh, noon, this::passTime, seed).run();
        }
    }

    // ---- words of the tests ----

    private Instant at(int seconds) {
        return noon.plusSeconds(seconds);
    }

    private Registration register(UserId user, InstallationId installation, Target target, int seconds) {
        return get(store.register(Device.builder(user, target, at(seconds))
                .installation(installation)
                .build()));
    }

    private Registration registerNameless(UserId user, Target target, int seconds) {
        return register(user, InstallationId.of(target), target, seconds);
    }

    private void fill(UserId user) {
        for (int i = 0; i < DEVICES_PER_USER; i++) {
            registerNameless(user, Target.fcm("app", "full" + i), i);
        }
    }

    private Set<Target> targetsOf(UserId user) {
        return Set.copyOf(inOrder(get(store.devicesOf(user))));
    }

    private void assertOwners(UserId user, Target target) {
        assertEquals(Optional.of(user), get(store.find(target)).map(Device::user), "who has the target");
        assertEquals(Set.of(target), targetsOf(user), "what the user has");
    }

    private static List<Target> inOrder(List<Device> devices) {
        return devices.stream().map(Device::target).toList();
    }

    /** A whole sweep, added up. */
    static SweepReport sweep(DeviceStore store, StaleSweep first) {
        int examined = 0;
        int stale = 0;
        StaleSweep step = first;
        for (int steps = 0; steps < 10_000; steps++) {
            SweepReport report = get(store.sweepStale(step));
            assertTrue(report.examined() <= first.limit(), "looked at more than the limit");
            assertTrue(report.stale() <= report.examined(), "more stale ones than it looked at");
            examined += report.examined();
            stale += report.stale();
            if (report.next() == null) {
                return new SweepReport(examined, stale, null);
            }
            step = step.from(report.next());
        }
        throw new AssertionError("a sweep that does not end");
    }

    /** Waits for a store's answer, and fails when none comes. */
    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("a call that has no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
