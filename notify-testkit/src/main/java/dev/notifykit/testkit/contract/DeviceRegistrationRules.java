package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.Device;
import dev.notifykit.device.Registration;
import dev.notifykit.device.Registration.Kind;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose device it is, and how many: the part of {@link DeviceStoreContract} about registrations. */
public abstract class DeviceRegistrationRules extends DeviceStoreFixture {

    DeviceRegistrationRules() {}

    // ---- register ----

    @Test
    public void aDeviceComesBackAsItWasRegistered() {
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
    public void whatIsNotKnownOfADeviceStaysUnknown() {
        Device device = Device.builder(ANN, T1, noon).build();
        get(store.register(device));

        assertEquals(Optional.of(device), get(store.find(T1)));
    }

    @Test
    public void whoHasNoDeviceHasNone() {
        assertEquals(List.of(), get(store.devicesOf(ANN)));
        assertEquals(List.of(), get(store.devicesOf(ANN, APP)));
        assertEquals(Optional.empty(), get(store.find(T1)));
        assertFalse(get(store.seen(T1, noon)));
        assertFalse(get(store.unregister(ANN, APP, PHONE)));
        assertFalse(get(store.unregister(ANN, T1)));
        assertEquals(0, get(store.erase(ANN)));
    }

    @Test
    public void aKnownDeviceIsRefreshed() {
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
    public void theTimesOfATargetOnlyMoveForwardsWhoeverRegistersIt() {
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
    public void theFutureIsCutOff() {
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
    public void aTokenMovesToTheUserWhoRegistersItLast() {
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
    public void aNewTokenReplacesTheOldOneOfItsInstallation() {
        register(ANN, PHONE, T1, 0);
        register(ANN, TABLET, T3, 0);

        assertEquals(new Registration(Kind.NEW, true, false, 0), register(ANN, PHONE, T2, 1));

        assertEquals(Optional.empty(), get(store.find(T1)));
        assertEquals(Set.of(T2, T3), targetsOf(ANN));
        assertEquals(Set.of(), get(store.dead(List.of(T1))), "replaced is not dead");
    }

    @Test
    public void aNewTokenTakesTheInstallationFromTheUserBefore() {
        register(ANN, PHONE, T1, 0);

        assertEquals(new Registration(Kind.NEW, true, true, 0), register(BOB, PHONE, T2, 1));

        assertEquals(Optional.empty(), get(store.find(T1)));
        assertEquals(List.of(), get(store.devicesOf(ANN)));
        assertOwners(BOB, T2);
    }

    @Test
    public void anAppInstalledAnewThatKeepsItsTokenIsOneDevice() {
        register(ANN, PHONE, T1, 0);

        assertEquals(new Registration(Kind.REFRESHED, false, false, 0), register(ANN, TABLET, T1, 1));

        assertEquals(1, get(store.devicesOf(ANN)).size());
        assertFalse(get(store.unregister(ANN, APP, PHONE)));
        assertEquals(Kind.NEW, register(BOB, PHONE, T2, 2).kind(), "the old installation is free");
        assertOwners(ANN, T1);
    }

    @Test
    public void anInstallationThatSwapsItsTokenForAKnownOneLosesItsOwn() {
        register(ANN, PHONE, T1, 0);
        register(BOB, TABLET, T2, 0);

        assertEquals(new Registration(Kind.REFRESHED, true, true, 0), register(EVE, PHONE, T2, 1));

        assertEquals(Set.of(), targetsOf(ANN));
        assertEquals(Set.of(), targetsOf(BOB));
        assertOwners(EVE, T2);
        assertEquals(Optional.empty(), get(store.find(T1)));
    }

    @Test
    public void whatDiffersInAppProviderOrEnvironmentIsAnotherDevice() {
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
    public void anInstallationIdIsOneOfItsAppOnly() {
        Target other = Target.fcm("other", "t");
        register(ANN, PHONE, T1, 0);
        assertEquals(new Registration(Kind.NEW, false, false, 0), register(BOB, PHONE, other, 0));

        assertFalse(get(store.unregister(ANN, AppId.of("other"), PHONE)));
        assertOwners(ANN, T1);
        assertOwners(BOB, other);
    }

    // ---- how many a user has ----

    @Test
    public void oneTooManyTakesThePlaceOfTheOneSeenLongestAgoOfWhateverApp() {
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
    public void whoeverIsRegisteredLastStaysEvenIfSeenLongestAgo() {
        fill(ANN);

        assertEquals(1, registerNameless(ANN, T1, -50).evicted());
        assertTrue(targetsOf(ANN).contains(T1));
    }

    @Test
    public void amongEqualsTheLastInTheOrderOfDevicesMakesPlace() {
        for (String token : List.of("b", "d", "a", "c")) {
            registerNameless(ANN, Target.fcm("app", token), 0);
        }
        registerNameless(ANN, Target.fcm("app", "e"), 0);

        assertEquals(Optional.empty(), get(store.find(Target.fcm("app", "d"))));
    }

    @Test
    public void aTokenThatMovesToAUserWhoHasManyNeedsPlaceToo() {
        fill(ANN);
        registerNameless(BOB, T1, 0);

        assertEquals(new Registration(Kind.REFRESHED, false, true, 1), registerNameless(ANN, T1, 9));
        assertEquals(DEVICES_PER_USER, get(store.devicesOf(ANN)).size());
    }

    @Test
    public void whoTakesTheirOwnPlaceNeedsNoOthers() {
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
    public void aLogoutRemovesTheInstallation() {
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
    public void aLogoutByTargetRemovesIt() {
        register(ANN, PHONE, T1, 0);

        assertTrue(get(store.unregister(ANN, T1)));

        assertEquals(List.of(), get(store.devicesOf(ANN)));
        assertFalse(get(store.unregister(ANN, T1)), "once more");
    }

    @Test
    public void aLateLogoutDoesNotSilenceThePersonWhoCameAfter() {
        register(ANN, PHONE, T1, 0);
        register(BOB, PHONE, T1, 1);

        assertFalse(get(store.unregister(ANN, APP, PHONE)));
        assertFalse(get(store.unregister(ANN, T1)));
        assertEquals(0, get(store.erase(ANN)));
        assertOwners(BOB, T1);
    }

    @Test
    public void erasedUsersLeaveNothingAndOthersStay() {
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
    public void theMostRecentlySeenComesFirst() {
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
    public void aSignOfLifeMovesForwardsOnlyAndIsNoRegistration() {
        register(ANN, PHONE, T1, 0);

        assertTrue(get(store.seen(T1, at(7))));
        assertTrue(get(store.seen(T1, at(3))));

        Device device = get(store.find(T1)).orElseThrow();
        assertEquals(at(7), device.lastSeen());
        assertEquals(noon, device.registeredAt());
        assertEquals(List.of(device), get(store.devicesOf(ANN)));
        assertEquals(Effect.REMOVED, get(store.verdict(new TokenVerdict(T1, at(1), at(9)))), "seen is not registered");
    }
}
