package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.Reservation;
import dev.notifykit.push.Environment;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The part of {@link CapStoreContract} that says who gets a place. */
public abstract class CapRules extends CapFixture {

    CapRules() {}

    // Places

    @Test
    public void aDeviceGetsSoManyAndNoMore() {
        assertReserved(attempt(1), 3);
        assertReserved(attempt(2), 3);
        assertReserved(attempt(3), 3);

        assertCapped(attempt(4), 3);
        assertCapped(attempt(5), 3);
    }

    @Test
    public void devicesHaveNothingToDoWithOneAnother() {
        List<Target> devices = List.of(
                PHONE,
                Target.apns("app", "phone-2"),
                Target.apns("app", "PHONE-1"),
                Target.apns("app", "{phone-1}"),
                Target.apns("app", "phone:1"),
                Target.apns("app", "\uD83D\uDE00"),
                Target.apns("app2", "phone-1"),
                Target.fcm("app", "phone-1"),
                new Target(PHONE.app(), ProviderId.APNS, Environment.SANDBOX, "phone-1"));
        for (Target device : devices) {
            assertReserved(attempt(device, devices.indexOf(device)), 1);
            assertCapped(attempt(device, -1), 1);
        }
    }

    @Test
    public void capsAreAsEachReservationSays() {
        assertReserved(attempt(1), 3);
        assertReserved(attempt(2), 3);

        assertCapped(attempt(3), 1);
        assertCapped(attempt(3), 2);
        assertReserved(attempt(3), 3);
        assertReserved(attempt(4), 10);
        assertCapped(attempt(5), 4);
    }

    @Test
    public void theLargestCapHolds() {
        for (int i = 1; i <= DeviceCap.MAX_MOST; i++) {
            assertReserved(attempt(i), DeviceCap.MAX_MOST);
        }
        assertCapped(attempt(DeviceCap.MAX_MOST + 1), DeviceCap.MAX_MOST);
    }

    // Retries

    @Test
    public void allAttemptsOfARequestHaveOnePlace() {
        for (int i = 0; i < 5; i++) {
            assertReserved(attempt(1), 2);
        }
        assertReserved(attempt(2), 2);

        assertReserved(attempt(1), 2);
        assertCapped(attempt(3), 2);
    }

    @Test
    public void aRequestKeepsItsPlaceAboveTheCap() {
        assertReserved(attempt(1), 2);
        assertReserved(attempt(2), 2);

        assertReserved(attempt(1), 1);
        assertReserved(attempt(2), 1);
    }

    @Test
    public void aRepeatedReservationIsOne() {
        Reservation place = attempt(1);
        assertReserved(place, 2);
        assertReserved(place, 2);

        assertReserved(attempt(2), 2);
        assertTrue(refund(place));
        assertFalse(refund(place));
    }

    // Refunds

    @Test
    public void aRefundFreesThePlace() {
        Reservation place = assertReserved(attempt(1), 1);
        assertCapped(attempt(2), 1);
        assertTrue(refund(place));

        assertReserved(attempt(2), 1);
        assertCapped(attempt(1), 1);
    }

    @Test
    public void aLateRefundDoesNotTakeThePlaceFromALaterAttempt() {
        Reservation first = assertReserved(attempt(1), 1);
        Reservation second = assertReserved(attempt(1), 1);

        assertFalse(refund(first));
        assertCapped(attempt(2), 1);
        assertTrue(refund(second));
        assertReserved(attempt(2), 1);
    }

    @Test
    public void whoHasNoPlaceGivesNoneBack() {
        assertFalse(refund(attempt(1)));
        Reservation place = assertReserved(attempt(1), 1);
        Reservation capped = attempt(2);
        assertCapped(capped, 1);

        assertFalse(refund(capped));
        assertFalse(refund(attempt(Target.apns("app", "phone-2"), 1)));
        assertFalse(refund(new Reservation(PHONE, request(2), place.mark())));
        assertCapped(attempt(2), 1);
    }

    @Test
    public void aRefundFreesItsOwnPlaceOnly() {
        assertReserved(attempt(1), 3);
        Reservation place = assertReserved(attempt(2), 3);
        assertReserved(attempt(3), 3);
        assertTrue(refund(place));

        assertReserved(attempt(1), 2);
        assertReserved(attempt(3), 2);
        assertCapped(attempt(4), 2);
    }

    // Time

    @Test
    public void placesCountForTheWindow() {
        assertReserved(attempt(1), 1);
        passTime(half());
        assertCapped(attempt(2), 1);
        passTime(half().plus(half()));

        assertReserved(attempt(2), 1);
    }

    @Test
    public void theWindowRolls() {
        assertReserved(attempt(1), 2);
        passTime(half());
        assertReserved(attempt(2), 2);
        passTime(half().plus(half().dividedBy(2)));

        assertReserved(attempt(3), 2);
        assertCapped(attempt(4), 2);
        passTime(half());
        assertReserved(attempt(4), 2);
        assertCapped(attempt(5), 2);
    }

    @Test
    public void aRetryCountsFromItsOwnTime() {
        assertReserved(attempt(1), 1);
        passTime(half());
        assertReserved(attempt(1), 1);
        passTime(half().plus(half().dividedBy(2)));

        assertCapped(attempt(2), 1);
        passTime(half());
        assertReserved(attempt(2), 1);
    }

    @Test
    public void whoIsRefusedDoesNotProlongTheWindow() {
        assertReserved(attempt(1), 1);
        passTime(half());
        assertCapped(attempt(2), 1);
        assertFalse(refund(attempt(3)));
        passTime(half().plus(half().dividedBy(2)));

        assertReserved(attempt(2), 1);
    }

    @Test
    public void aRefundDoesNotProlongTheWindow() {
        assertReserved(attempt(1), 2);
        Reservation place = assertReserved(attempt(2), 2);
        passTime(half());
        assertTrue(refund(place));
        assertCapped(attempt(2), 1);
        passTime(half().plus(half().dividedBy(2)));

        assertReserved(attempt(2), 1);
    }
}
