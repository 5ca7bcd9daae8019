package dev.notifykit.testkit.contract;

import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.Reservation;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What can be wrong with a cap store, and the rule that says so. */
enum CapBug {
    EVERY_ATTEMPT_HAS_A_PLACE(EveryAttemptHasAPlace::new, CapStoreContract::allAttemptsOfARequestHaveOnePlace),
    REFUNDS_ARE_FORGOTTEN(
            sound -> new Forwarding(sound) {
                @Override
                public CompletionStage<Boolean> refund(Reservation place) {
                    return CompletableFuture.completedStage(true);
                }
            },
            CapStoreContract::aRefundFreesThePlace),
    MARKS_ARE_IGNORED(
            places(place -> new Reservation(place.target(), place.request(), 1)),
            CapStoreContract::aLateRefundDoesNotTakeThePlaceFromALaterAttempt),
    REFUND_BY_MARK_ALONE(RefundByMarkAlone::new, CapStoreContract::whoHasNoPlaceGivesNoneBack),
    DEVICES_ARE_ONE(
            places(place -> new Reservation(Target.apns("app", "one"), place.request(), place.mark())),
            CapStoreContract::devicesHaveNothingToDoWithOneAnother),
    ADDRESSES_IGNORE_CASE(
            places(place -> new Reservation(
                    new Target(
                            place.target().app(),
                            place.target().provider(),
                            place.target().environment(),
                            place.target().address().toLowerCase(Locale.ROOT)),
                    place.request(),
                    place.mark())),
            CapStoreContract::devicesHaveNothingToDoWithOneAnother),
    APPS_ARE_ONE(
            places(place -> new Reservation(
                    new Target(
                            Target.apns("one", "x").app(),
                            place.target().provider(),
                            place.target().environment(),
                            place.target().address()),
                    place.request(),
                    place.mark())),
            CapStoreContract::devicesHaveNothingToDoWithOneAnother),
    ONE_TOO_MANY(
            caps(cap -> new DeviceCap(Math.min(DeviceCap.MAX_MOST, cap.most() + 1), cap.window())),
            CapStoreContract::aDeviceGetsSoManyAndNoMore),
    THE_FIRST_CAP_HOLDS(FirstCapHolds::new, CapStoreContract::capsAreAsEachReservationSays),
    WINDOWS_ARE_TOO_LONG(
            caps(cap -> new DeviceCap(cap.most(), cap.window().multipliedBy(4))),
            CapStoreContract::placesCountForTheWindow),
    WINDOWS_ARE_TOO_SHORT(
            caps(cap -> new DeviceCap(cap.most(), cap.window().dividedBy(3))),
            CapStoreContract::placesCountForTheWindow),
    A_RETRY_KEEPS_ITS_FIRST_TIME(RetryKeepsItsFirstTime::new, CapStoreContract::aRetryCountsFromItsOwnTime),
    WHO_IS_REFUSED_TAKES_A_PLACE(
            sound -> new Forwarding(sound) {
                @Override
                public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
                    return sound.reserve(place, cap)
                            .thenCompose(yes -> yes
                                    ? CompletableFuture.completedStage(true)
                                    : sound.reserve(place, new DeviceCap(DeviceCap.MAX_MOST, cap.window()))
                                            .thenApply(taken -> false));
                }
            },
            CapStoreContract::whoHasNoPlaceGivesNoneBack),
    LOOKS_THEN_TAKES(LooksThenTakes::new, CapStoreContract::ofManyAtOnceSoManyGetAPlace);

    private final UnaryOperator<CapStore> broken;

    /** The test of the rule that is broken. */
    final Consumer<CapStoreContract> rule;

    CapBug(UnaryOperator<CapStore> broken, Consumer<CapStoreContract> rule) {
        this.broken = broken;
        this.rule = rule;
    }

    CapStore in(CapStore sound) {
        return broken.apply(sound);
    }

    private static UnaryOperator<CapStore> places(UnaryOperator<Reservation> change) {
        return sound -> new Forwarding(sound) {
            @Override
            public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
                return sound.reserve(change.apply(place), cap);
            }

            @Override
            public CompletionStage<Boolean> refund(Reservation place) {
                return sound.refund(change.apply(place));
            }
        };
    }

    private static UnaryOperator<CapStore> caps(UnaryOperator<DeviceCap> change) {
        return sound -> new Forwarding(sound) {
            @Override
            public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
                return sound.reserve(place, change.apply(cap));
            }
        };
    }

    /** A sound store. */
    static class Forwarding implements CapStore {

        final CapStore sound;

        Forwarding(CapStore sound) {
            this.sound = sound;
        }

        @Override
        public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
            return sound.reserve(place, cap);
        }

        @Override
        public CompletionStage<Boolean> refund(Reservation place) {
            return sound.refund(place);
        }

        @Override
        public void close() {
            sound.close();
        }
    }

    private static final class EveryAttemptHasAPlace extends Forwarding {

        private final Map<Reservation, Reservation> made = new ConcurrentHashMap<>();

        EveryAttemptHasAPlace(CapStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
            return sound.reserve(made.computeIfAbsent(place, EveryAttemptHasAPlace::withItsOwnRequest), cap);
        }

        @Override
        public CompletionStage<Boolean> refund(Reservation place) {
            return sound.refund(made.getOrDefault(place, place));
        }

        private static Reservation withItsOwnRequest(Reservation place) {
            return new Reservation(place.target(), RequestId.random(), place.mark());
        }
    }

    private static final class RefundByMarkAlone extends Forwarding {

        private final Map<Long, Reservation> byMark = new ConcurrentHashMap<>();

        RefundByMarkAlone(CapStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
            byMark.put(place.mark(), place);
            return sound.reserve(place, cap);
        }

        @Override
        public CompletionStage<Boolean> refund(Reservation place) {
            return sound.refund(byMark.getOrDefault(place.mark(), place));
        }
    }

    private static final class FirstCapHolds extends Forwarding {

        private final Map<Target, DeviceCap> first = new ConcurrentHashMap<>();

        FirstCapHolds(CapStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
            first.putIfAbsent(place.target(), cap);
            return sound.reserve(place, first.getOrDefault(place.target(), cap));
        }
    }

    /** A retry of what has a place is not told to the store at all. */
    private static final class RetryKeepsItsFirstTime extends Forwarding {

        private final Map<RequestId, Reservation> first = new ConcurrentHashMap<>();

        RetryKeepsItsFirstTime(CapStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
            return first.putIfAbsent(place.request(), place) == null
                    ? sound.reserve(place, cap)
                    : CompletableFuture.completedStage(true);
        }
    }

    private static final class LooksThenTakes extends Forwarding {

        private final Map<Target, Integer> taken = new ConcurrentHashMap<>();

        LooksThenTakes(CapStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
            int before = taken.getOrDefault(place.target(), 0);
            if (before >= cap.most()) {
                return CompletableFuture.completedStage(false);
            }
            Thread.yield();
            taken.put(place.target(), before + 1);
            return CompletableFuture.completedStage(true);
        }
    }
}
