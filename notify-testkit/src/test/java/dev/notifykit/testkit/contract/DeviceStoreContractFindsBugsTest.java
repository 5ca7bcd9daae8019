package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.DeviceStoreContract.get;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.notifykit.device.Device;
import dev.notifykit.device.DevicePage;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InMemoryDeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Registration;
import dev.notifykit.device.Scan;
import dev.notifykit.device.StaleSweep;
import dev.notifykit.device.SweepReport;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.testing.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A contract is worth what it finds: each store here breaks one rule, and the test of that rule fails; so do the random steps. */
class DeviceStoreContractFindsBugsTest {

    private interface Rule {
        void of(DeviceStoreContract contract) throws Exception;
    }

    static Stream<Arguments> bugs() {
        return Stream.of(
                bug(
                        "a move leaves the token with the old user",
                        MoveLeavesTheOldUser::new,
                        DeviceStoreContract::aTokenMovesToTheUserWhoRegistersItLast),
                bug(
                        "a verdict ignores the timestamp",
                        VerdictIgnoresTheTime::new,
                        DeviceStoreContract::aVerdictOlderThanTheRegistrationChangesNothing),
                bug(
                        "a verdict spares a registration of its very time",
                        VerdictSparesItsVeryTime::new,
                        DeviceStoreContract::aVerdictOfTheVeryTimeOfTheRegistrationRemoves),
                bug(
                        "a replaced token stays",
                        ReplacedTokenStays::new,
                        DeviceStoreContract::aNewTokenReplacesTheOldOneOfItsInstallation),
                bug(
                        "a sweep takes who was seen at the boundary",
                        SweepTakesTheBoundary::new,
                        DeviceStoreContract::aSweepRemovesWhoWasLastSeenEarlier),
                bug("a dry run removes", DryRunRemoves::new, DeviceStoreContract::aDryRunCountsAndRemovesNothing),
                bug(
                        "a tombstone survives the new registration",
                        TombstoneSurvives::new,
                        DeviceStoreContract::theSameTokenRegisteredLaterIsAliveAgain),
                bug(
                        "a dead token leaves no tombstone",
                        NoTombstone::new,
                        DeviceStoreContract::aVerdictRemovesWhatWasRegisteredBefore),
                bug(
                        "a dead token can be registered as of before",
                        DeadCanBeRegistered::new,
                        DeviceStoreContract::aDeadTokenCannotBeRegisteredAsOfATimeWhenItWasDead),
                bug(
                        "a late logout silences the next person",
                        LateLogoutRemoves::new,
                        DeviceStoreContract::aLateLogoutDoesNotSilenceThePersonWhoCameAfter),
                bug(
                        "a sign of life moves backwards",
                        SeenMovesBackwards::new,
                        DeviceStoreContract::aSignOfLifeMovesForwardsOnlyAndIsNoRegistration),
                bug(
                        "a sign of life counts as a registration",
                        SeenIsARegistration::new,
                        DeviceStoreContract::aSignOfLifeMovesForwardsOnlyAndIsNoRegistration),
                bug(
                        "a listing has the devices of other apps",
                        ListsOtherApps::new,
                        DeviceStoreContract::aListingHasEveryDeviceOfTheAppOnceInTheOrderOfTheDigests),
                bug(
                        "an installation keeps its old token",
                        FindsTheFirstToken::new,
                        DeviceStoreContract::anInstallationIsFoundWhateverItsToken),
                bug(
                        "an erased user keeps a device",
                        EraseLeavesOne::new,
                        DeviceStoreContract::erasedUsersLeaveNothingAndOthersStay));
    }

    /** What the random steps cannot meet: they go one by one, and with few names. */
    static Stream<Arguments> bugsForTheirRuleOnly() {
        return Stream.of(
                bug(
                        "a cursor of a listing is a number",
                        CountsTheListing::new,
                        DeviceStoreContract::whoIsRegisteredAllTheWhileIsListedOnceWhoeverComesAndGoes),
                bug(
                        "a move is made in two steps",
                        MoveInTwoSteps::new,
                        DeviceStoreContract::aTokenIsNeverSeenWithTwoUsersNorWithNone),
                bug(
                        "a verdict looks first and removes then",
                        VerdictInTwoSteps::new,
                        DeviceStoreContract::registrationsAndVerdictsEndAlikeInEitherOrder),
                bug(
                        "names are put into keys as UTF-8",
                        NamesAsUtf8::new,
                        DeviceStoreContract::usersWithHostileNamesNeverMeet));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"bugs", "bugsForTheirRuleOnly"})
    void itsRuleFindsIt(String bug, UnaryOperator<DeviceStore> broken, Rule rule) throws Exception {
        check(UnaryOperator.identity(), rule);

        assertThatThrownBy(() -> check(broken, rule)).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bugs")
    void theRandomStepsFindItAndNameTheSeed(String bug, UnaryOperator<DeviceStore> broken) {
        assertThatThrownBy(() -> check(broken, contract -> contract.randomSteps(7)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dnotifykit.seed=7")
                .hasMessageContaining("target ");
    }

    private static void check(UnaryOperator<DeviceStore> broken, Rule rule) throws Exception {
        DeviceStoreContract contract = new Subject(broken);
        contract.open();
        try {
            rule.of(contract);
        } finally {
            contract.close();
        }
    }

    private static Arguments bug(String name, UnaryOperator<DeviceStore> broken, Rule rule) {
        return arguments(name, broken, rule);
    }

    /** Not a test class of its own, as the name tells the build. */
    private static final class Subject extends DeviceStoreContract {

        private final ManualTime time = ManualTime.create();
        private final UnaryOperator<DeviceStore> broken;

        Subject(UnaryOperator<DeviceStore> broken) {
            this.broken = broken;
        }

        @Override
        protected DeviceStore createStore(int devicesPerUser, Duration deadTokenTtl) {
            return broken.apply(InMemoryDeviceStore.builder(time)
                    .devicesPerUser(devicesPerUser)
                    .deadTokenTtl(deadTokenTtl)
                    .build());
        }

        @Override
        protected Instant now() {
            return time.now();
        }

        @Override
        protected void passTime(Duration by) {
            time.advance(by);
        }
    }

    private static final class MoveLeavesTheOldUser extends FaultyDeviceStore {

        private final List<Device> left = new ArrayList<>();

        MoveLeavesTheOldUser(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Registration> register(Device device) {
            get(find(device.target()))
                    .filter(before -> !before.user().equals(device.user()))
                    .ifPresent(left::add);
            return sound.register(device);
        }

        @Override
        public CompletionStage<List<Device>> devicesOf(UserId user) {
            return sound.devicesOf(user)
                    .thenApply(devices -> Stream.concat(
                                    devices.stream(),
                                    left.stream().filter(d -> d.user().equals(user)))
                            .toList());
        }
    }

    private static final class VerdictIgnoresTheTime extends FaultyDeviceStore {

        VerdictIgnoresTheTime(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<TokenVerdict.Effect> verdict(TokenVerdict verdict) {
            return sound.verdict(new TokenVerdict(
                    verdict.target(), null, verdict.attemptBegan().plus(Duration.ofDays(1))));
        }
    }

    private static final class VerdictSparesItsVeryTime extends FaultyDeviceStore {

        VerdictSparesItsVeryTime(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<TokenVerdict.Effect> verdict(TokenVerdict verdict) {
            return sound.verdict(
                    new TokenVerdict(verdict.target(), verdict.deadSince().minusMillis(1), verdict.attemptBegan()));
        }
    }

    private static final class ReplacedTokenStays extends FaultyDeviceStore {

        ReplacedTokenStays(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Registration> register(Device device) {
            Optional<Device> before = get(
                            sound.devicesOf(device.user(), device.target().app()))
                    .stream()
                    .filter(d -> d.installation().equals(device.installation())
                            && !d.target().equals(device.target()))
                    .findAny();
            CompletionStage<Registration> answer = sound.register(device);
            before.ifPresent(d -> get(sound.register(
                    d.toBuilder().installation(InstallationId.of(d.target())).build())));
            return answer;
        }
    }

    private static final class SweepTakesTheBoundary extends FaultyDeviceStore {

        SweepTakesTheBoundary(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<SweepReport> sweepStale(StaleSweep sweep) {
            return sound.sweepStale(new StaleSweep(
                    sweep.lastSeenBefore().plusMillis(1), sweep.dryRun(), sweep.cursor(), sweep.limit()));
        }
    }

    private static final class DryRunRemoves extends FaultyDeviceStore {

        DryRunRemoves(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<SweepReport> sweepStale(StaleSweep sweep) {
            return sound.sweepStale(new StaleSweep(sweep.lastSeenBefore(), false, sweep.cursor(), sweep.limit()));
        }
    }

    private static final class TombstoneSurvives extends FaultyDeviceStore {

        private final Set<Target> dead = new HashSet<>();

        TombstoneSurvives(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<TokenVerdict.Effect> verdict(TokenVerdict verdict) {
            return sound.verdict(verdict).thenApply(effect -> {
                if (effect != TokenVerdict.Effect.KEPT) {
                    dead.add(verdict.target());
                }
                return effect;
            });
        }

        @Override
        public CompletionStage<Set<Target>> dead(Collection<Target> targets) {
            Set<Target> answer = new HashSet<>(targets);
            answer.retainAll(dead);
            return CompletableFuture.completedStage(answer);
        }
    }

    private static final class NoTombstone extends FaultyDeviceStore {

        NoTombstone(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Set<Target>> dead(Collection<Target> targets) {
            return CompletableFuture.completedStage(Set.of());
        }
    }

    private static final class DeadCanBeRegistered extends FaultyDeviceStore {

        DeadCanBeRegistered(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Registration> register(Device device) {
            return get(dead(List.of(device.target()))).isEmpty()
                    ? sound.register(device)
                    : sound.register(device.toBuilder()
                            .registeredAt(device.registeredAt().plus(Duration.ofDays(1)))
                            .build());
        }
    }

    private static final class LateLogoutRemoves extends FaultyDeviceStore {

        LateLogoutRemoves(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Boolean> unregister(UserId user, Target target) {
            UserId owner = get(find(target)).map(Device::user).orElse(user);
            return sound.unregister(owner, target);
        }
    }

    private static final class SeenMovesBackwards extends FaultyDeviceStore {

        SeenMovesBackwards(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Boolean> seen(Target target, Instant at) {
            get(find(target)).ifPresent(device -> {
                get(sound.unregister(device.user(), target));
                get(sound.register(device.toBuilder().lastSeen(at).build()));
            });
            return sound.seen(target, at);
        }
    }

    private static final class SeenIsARegistration extends FaultyDeviceStore {

        SeenIsARegistration(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Boolean> seen(Target target, Instant at) {
            get(find(target))
                    .ifPresent(device -> get(
                            sound.register(device.toBuilder().registeredAt(at).build())));
            return sound.seen(target, at);
        }
    }

    private static final class EraseLeavesOne extends FaultyDeviceStore {

        EraseLeavesOne(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Integer> erase(UserId user) {
            List<Device> devices = get(devicesOf(user));
            devices.stream().skip(1).forEach(d -> get(sound.unregister(user, d.target())));
            return CompletableFuture.completedStage(devices.size());
        }
    }

    private static final class ListsOtherApps extends FaultyDeviceStore {

        ListsOtherApps(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<DevicePage> devices(AppId app, Scan scan) {
            return sound.devices(scan);
        }
    }

    private static final class FindsTheFirstToken extends FaultyDeviceStore {

        private final Map<InstallationId, Target> first = new HashMap<>();

        FindsTheFirstToken(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Registration> register(Device device) {
            first.putIfAbsent(device.installation(), device.target());
            return sound.register(device);
        }

        @Override
        public CompletionStage<Optional<Device>> find(AppId app, InstallationId installation) {
            Target target = first.get(installation);
            return target == null
                    ? CompletableFuture.completedStage(Optional.empty())
                    : sound.find(target)
                            .thenApply(
                                    found -> found.filter(d -> d.target().app().equals(app)));
        }
    }

    /** The cursor looks like a digest and stands for how many were read. */
    private static final class CountsTheListing extends FaultyDeviceStore {

        private int read;

        CountsTheListing(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<DevicePage> devices(AppId app, Scan scan) {
            read = scan.cursor() == null ? 0 : read;
            List<Device> all = get(sound.devices(app, Scan.of(scan.part()))).devices();
            List<Device> some = all.subList(Math.min(read, all.size()), Math.min(read + scan.limit(), all.size()));
            read += some.size();
            return CompletableFuture.completedStage(new DevicePage(some, read < all.size() ? "0".repeat(32) : null));
        }
    }

    private static final class MoveInTwoSteps extends FaultyDeviceStore {

        private final Set<Device> left = ConcurrentHashMap.newKeySet();
        private final AtomicInteger looks = new AtomicInteger();

        MoveInTwoSteps(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Registration> register(Device device) {
            Optional<Device> before = get(find(device.target()));
            before.ifPresent(left::add);
            CompletionStage<Registration> answer = sound.register(device);
            int until = looks.get() + 50;
            waitFor(() -> looks.get() >= until);
            before.ifPresent(left::remove);
            return answer;
        }

        @Override
        public CompletionStage<List<Device>> devicesOf(UserId user) {
            looks.incrementAndGet();
            return sound.devicesOf(user)
                    .thenApply(devices -> devices.isEmpty()
                            ? left.stream().filter(d -> d.user().equals(user)).toList()
                            : devices);
        }
    }

    private static final class VerdictInTwoSteps extends FaultyDeviceStore {

        private final AtomicInteger registrations = new AtomicInteger();

        VerdictInTwoSteps(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Registration> register(Device device) {
            CompletionStage<Registration> answer = sound.register(device);
            registrations.incrementAndGet();
            return answer;
        }

        @Override
        public CompletionStage<TokenVerdict.Effect> verdict(TokenVerdict verdict) {
            int before = registrations.get();
            if (get(find(verdict.target()))
                    .filter(d -> d.registeredAt().isAfter(verdict.deadSince()))
                    .isPresent()) {
                return sound.verdict(verdict);
            }
            waitFor(() -> registrations.get() > before);
            return sound.verdict(new TokenVerdict(
                    verdict.target(), null, verdict.attemptBegan().plus(Duration.ofDays(1))));
        }
    }

    private static final class NamesAsUtf8 extends FaultyDeviceStore {

        NamesAsUtf8(DeviceStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Registration> register(Device device) {
            return sound.register(device.toBuilder().user(key(device.user())).build());
        }

        @Override
        public CompletionStage<List<Device>> devicesOf(UserId user) {
            return sound.devicesOf(key(user));
        }

        @Override
        public CompletionStage<List<Device>> devicesOf(UserId user, AppId app) {
            return sound.devicesOf(key(user), app);
        }

        private static UserId key(UserId user) {
            return UserId.of(new String(user.value().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
        }
    }

    /** Keeps the window open until another thread has come by; gives up, since not every round has one. */
    private static void waitFor(BooleanSupplier condition) {
        for (int i = 0; i < 5_000 && !condition.getAsBoolean(); i++) {
            Thread.yield();
        }
    }
}
