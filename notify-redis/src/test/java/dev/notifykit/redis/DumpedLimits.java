package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.RateAsk;
import dev.notifykit.limit.RateGrant;
import dev.notifykit.limit.RateStore;
import dev.notifykit.limit.Reservation;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.time.Duration;
import java.util.UUID;

/** Rates that some permits were taken of, and devices that have had some of their share. */
final class DumpedLimits implements DumpPart {

    /** So slow that a test cannot be late: one permit in a thousand seconds. */
    private static final double RARE = 0.001;

    private static final double BUSY = 1_000;
    private static final DeviceCap CAP = new DeviceCap(3, Duration.ofHours(1));
    private static final Target PHONE = Target.apns("com.acme.app", "aa01".repeat(16));
    private static final Target TABLET = Target.fcm("com.acme.app", "fid:tablet");
    private static final Target FULL = Target.apns("com.acme.app", "bb01".repeat(16));

    @Override
    public String name() {
        return "limits";
    }

    private static RateAsk ask(String rate, double perSecond, String asker, int number, int most) {
        return new RateAsk(rate, perSecond, asker, number, most);
    }

    private static Reservation place(Target target, int number) {
        return new Reservation(target, new RequestId(new UUID(4711, number)), 100L + number);
    }

    @Override
    public void work(RedisStores stores, Clock clock) throws Exception {
        RateStore rates = stores.rateStore();
        answer(rates.take(ask("lane rare", RARE, "anna", 7, 1)));
        answer(rates.take(ask("lane rare", RARE, "bert", 3, 0)));
        answer(rates.take(ask("sender busy", BUSY, "anna", 9, 50)));
        CapStore caps = stores.capStore();
        for (int i = 1; i <= 3; i++) {
            answer(caps.reserve(place(PHONE, i), CAP));
            answer(caps.reserve(place(FULL, i), CAP));
        }
        answer(caps.refund(place(PHONE, 2)));
        answer(caps.reserve(place(TABLET, 1), CAP));
    }

    @Override
    public void goOn(Dump dump) throws Exception {
        RateStore rates = dump.heir(Duration.ZERO).rateStore();
        RateGrant again = answer(rates.take(ask("lane rare", RARE, "anna", 7, 1)));
        assertThat(again.permits()).as("the call of before, repeated").isOne();
        assertThat(again.askers()).isEqualTo(2);
        RateGrant none = answer(rates.take(ask("lane rare", RARE, "heir", 1, 5)));
        assertThat(none.permits()).isZero();
        assertThat(none.nextIn()).isBetween(Duration.ofSeconds(500), Duration.ofSeconds(1_000));
        assertThat(none.askers()).isEqualTo(3);
        assertThat(answer(rates.take(ask("sender busy", BUSY, "anna", 8, 50))).permits())
                .as("it comes too late")
                .isZero();

        RateStore later = dump.heir(Duration.ofSeconds(1_001)).rateStore();
        RateGrant one = answer(later.take(ask("lane rare", RARE, "heir", 1, 5)));
        assertThat(one.permits()).isOne();
        assertThat(one.askers()).as("the others are gone").isOne();
        assertThat(answer(later.take(ask("sender busy", BUSY, "heir", 1, 500))).permits())
                .as("a tenth of a second's, and one")
                .isEqualTo(101);

        whileTheWindowLasts(dump.heir(Duration.ofMinutes(30)).capStore());
        afterTheWindow(dump.heir(Duration.ofMinutes(61)).capStore());
    }

    private static void whileTheWindowLasts(CapStore caps) throws Exception {
        assertThat(answer(caps.reserve(place(FULL, 4), CAP))).isFalse();
        assertThat(answer(caps.reserve(place(FULL, 3), CAP)))
                .as("it has its place")
                .isTrue();
        assertThat(answer(caps.refund(place(FULL, 1)))).isTrue();
        assertThat(answer(caps.refund(place(FULL, 1)))).isFalse();
        assertThat(answer(caps.reserve(place(FULL, 4), CAP))).isTrue();
        assertThat(answer(caps.reserve(place(FULL, 5), CAP))).isFalse();
        assertThat(answer(caps.refund(place(PHONE, 2)))).as("it was refunded").isFalse();
        assertThat(answer(caps.reserve(place(PHONE, 4), CAP))).isTrue();
        assertThat(answer(caps.reserve(place(PHONE, 5), CAP))).isFalse();
        assertThat(answer(caps.reserve(place(TABLET, 2), CAP))).isTrue();
    }

    private static void afterTheWindow(CapStore caps) throws Exception {
        for (int i = 11; i <= 13; i++) {
            assertThat(answer(caps.reserve(place(FULL, i), CAP))).isTrue();
        }
        assertThat(answer(caps.reserve(place(FULL, 14), CAP))).isFalse();
    }
}
