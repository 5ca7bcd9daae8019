package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link DeviceStore} has to keep. A store's own test extends this class and says how an empty store is made and how its clock
 * is moved. Rules first, then races whose outcome can be counted, then random steps beside a plain reference; a failure of those names the
 * seed, and {@code -Dnotifykit.seed=N} runs it again.
 */
public abstract class DeviceStoreContract extends DeviceListingRules {

    /** For subclasses. */
    protected DeviceStoreContract() {}

    // ---- verdicts ----

    @Test
    public void aVerdictRemovesWhatWasRegisteredBefore() {
        register(ANN, PHONE, T1, 0);

        assertEquals(Effect.REMOVED, get(store.verdict(new TokenVerdict(T1, at(1), at(9)))));

        assertEquals(Optional.empty(), get(store.find(T1)));
        assertEquals(List.of(), get(store.devicesOf(ANN)));
        assertFalse(get(store.unregister(ANN, APP, PHONE)));
        assertEquals(Set.of(T1), get(store.dead(List.of(T1, T2))));
        assertEquals(Effect.DEAD, get(store.verdict(new TokenVerdict(T1, at(1), at(9)))), "once more");
    }

    @Test
    public void aVerdictOfTheVeryTimeOfTheRegistrationRemoves() {
        register(ANN, PHONE, T1, 1);

        assertEquals(Effect.REMOVED, get(store.verdict(new TokenVerdict(T1, at(1), at(9)))));
    }

    @Test
    public void aVerdictOlderThanTheRegistrationChangesNothing() {
        register(ANN, PHONE, T1, 1);

        assertEquals(Effect.KEPT, get(store.verdict(new TokenVerdict(T1, at(1).minusMillis(1), at(9)))));

        assertOwners(ANN, T1);
        assertEquals(Set.of(), get(store.dead(List.of(T1))));
    }

    @Test
    public void withoutTheProvidersTimeTheBeginningOfTheAttemptDecides() {
        register(ANN, PHONE, T1, 5);

        assertEquals(Effect.KEPT, get(store.verdict(new TokenVerdict(T1, null, at(5).minusMillis(1)))));
        assertOwners(ANN, T1);
        assertEquals(Effect.REMOVED, get(store.verdict(new TokenVerdict(T1, null, at(5)))));
    }

    @Test
    public void aVerdictFromTheFutureDoesNotBarWhoRegistersThen() {
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
    public void aTokenThatNobodyRegisteredCanBeDead() {
        assertEquals(Effect.DEAD, get(store.verdict(new TokenVerdict(T1, null, at(1)))));

        assertEquals(Set.of(T1), get(store.dead(List.of(T1, T2, T1))));
    }

    @Test
    public void aVerdictOnAReplacedTokenSparesTheNewOne() {
        register(ANN, PHONE, T1, 0);
        register(ANN, PHONE, T2, 1);

        assertEquals(Effect.DEAD, get(store.verdict(new TokenVerdict(T1, at(5), at(9)))));
        assertOwners(ANN, T2);
    }

    @Test
    public void theSameTokenRegisteredLaterIsAliveAgain() {
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
    public void aDeadTokenCannotBeRegisteredAsOfATimeWhenItWasDead() {
        register(ANN, PHONE, T2, 0);
        get(store.verdict(new TokenVerdict(T1, at(5), at(9))));

        assertEquals(new Registration(Kind.DEAD, false, false, 0), register(ANN, PHONE, T1, 5));

        assertEquals(Optional.empty(), get(store.find(T1)));
        assertEquals(Set.of(T1), get(store.dead(List.of(T1))));
        assertOwners(ANN, T2);
    }

    @Test
    public void whoRegistersADeadTokenStillTakesTheInstallationFromTheUserBefore() {
        register(ANN, PHONE, T2, 0);
        get(store.verdict(new TokenVerdict(T1, at(5), at(9))));

        assertEquals(new Registration(Kind.DEAD, true, true, 0), register(BOB, PHONE, T1, 5));

        assertEquals(List.of(), get(store.devicesOf(ANN)), "it would ring in bob's hand");
        assertEquals(List.of(), get(store.devicesOf(BOB)));
        assertEquals(new Registration(Kind.DEAD, false, false, 0), register(BOB, PHONE, T1, 5), "once more");
    }

    @Test
    public void theLatestVerdictCounts() {
        get(store.verdict(new TokenVerdict(T1, at(5), at(9))));
        get(store.verdict(new TokenVerdict(T1, at(2), at(9))));
        assertEquals(Kind.DEAD, register(ANN, PHONE, T1, 4).kind());

        get(store.verdict(new TokenVerdict(T1, at(7), at(9))));
        assertEquals(Kind.DEAD, register(ANN, PHONE, T1, 6).kind());
        assertEquals(Kind.NEW, register(ANN, PHONE, T1, 8).kind());
    }

    @Test
    public void aDeadTokenIsForgottenInTheEndCountedFromTheLastVerdict() {
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
    public void aWholePageIsLookedUpAtOnce() {
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
    public void aSweepRemovesWhoWasLastSeenEarlier() {
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
    public void aDryRunCountsAndRemovesNothing() {
        register(ANN, PHONE, T1, 0);
        register(ANN, TABLET, T2, 9);

        assertEquals(new SweepReport(2, 1, null), sweep(store, StaleSweep.counting(at(5))));
        assertEquals(Set.of(T1, T2), targetsOf(ANN));
    }

    @Test
    public void aSweepGoesStepByStepAndLooksAtEachDeviceOnce() {
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
    public void aForeignCursorFailsTheStep() {
        CompletionStage<SweepReport> stage =
                store.sweepStale(StaleSweep.counting(noon).from("no cursor\n{of} this:store"));

        assertInstanceOf(IllegalArgumentException.class, Answers.failure(stage, PATIENCE));
    }

    // ---- hostile names ----

    @Test
    public void usersWithHostileNamesNeverMeet() {
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
    public void installationsAndAddressesWithHostileNamesNeverMeet() {
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
    public void namesThatAreEqualWhenGluedTogetherNeverMeet() {
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
    public void aTokenIsNeverSeenWithTwoUsersNorWithNone() throws Exception {
        race().aTokenIsNeverSeenWithTwoUsersNorWithNone();
    }

    @Test
    public void manyWhoRegisterOneTokenTakeItFromOneAnother() throws Exception {
        race().manyWhoRegisterOneTokenTakeItFromOneAnother();
    }

    @Test
    public void ofManyTokensOfOneInstallationOneStays() throws Exception {
        race().ofManyTokensOfOneInstallationOneStays();
    }

    @Test
    public void manyDevicesOfOneUserStayWithinTheLimit() throws Exception {
        race().manyDevicesOfOneUserStayWithinTheLimit();
    }

    @Test
    public void registrationsAndVerdictsEndAlikeInEitherOrder() throws Exception {
        race().registrationsAndVerdictsEndAlikeInEitherOrder();
    }

    @Test
    public void whatIsRemovedIsNotBroughtBackByASignOfLife() throws Exception {
        race().whatIsRemovedIsNotBroughtBackByASignOfLife();
    }

    private DeviceStoreRaces race() {
        return new DeviceStoreRaces(store, noon);
    }

    // ---- random steps ----

    @TestFactory
    public Stream<DynamicTest> randomStepsEndAsInTheReference() {
        return Seeds.tests(this::randomSteps);
    }

    final void randomSteps(long seed) {
        try (DeviceStore fresh = createStore(DEVICES_PER_USER, DEAD_TOKEN_TTL)) {
            new DeviceStoreModel(fresh, noon, this::passTime, seed).run();
        }
    }
}
