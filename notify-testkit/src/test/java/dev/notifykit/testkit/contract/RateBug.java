package dev.notifykit.testkit.contract;

import dev.notifykit.limit.RateAsk;
import dev.notifykit.limit.RateGrant;
import dev.notifykit.limit.RateStore;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What can be wrong with a rate store, and the rule that says so. */
enum RateBug {
    A_REPETITION_TAKES_AGAIN(EveryCallIsNew::new, RateStoreContract::aRepeatedCallTakesNothingAgain),
    LATE_CALLS_TAKE(LateCallsTake::new, RateStoreContract::aCallThatComesTooLateTakesNothing),
    A_REPETITION_GIVES_NOTHING(RepetitionGivesNothing::new, RateStoreContract::aRepeatedCallTakesNothingAgain),
    RATES_ARE_ONE(asks(ask -> with(ask, "one", ask.asker())), RateStoreContract::ratesHaveNothingToDoWithOneAnother),
    NAMES_IGNORE_CASE(
            asks(ask -> with(ask, ask.rate().toLowerCase(Locale.ROOT), ask.asker())),
            RateStoreContract::ratesHaveNothingToDoWithOneAnother),
    EACH_ASKER_HAS_THE_WHOLE_RATE(
            asks(ask -> with(ask, ask.rate() + ask.asker(), ask.asker())), RateStoreContract::allAskersShareOneRate),
    ASKERS_ARE_ONE(asks(ask -> with(ask, ask.rate(), "one")), RateStoreContract::numbersAreEachAskersOwnAtEachRate),
    TWICE_THE_RATE(
            asks(ask -> new RateAsk(ask.rate(), 2 * ask.perSecond(), ask.asker(), ask.number(), ask.most())),
            RateStoreContract::permitsComeEvenly),
    HALF_THE_RATE(
            asks(ask -> new RateAsk(ask.rate(), ask.perSecond() / 2, ask.asker(), ask.number(), ask.most())),
            RateStoreContract::permitsComeEvenly),
    ALL_OR_ONE(
            asks(ask -> new RateAsk(ask.rate(), ask.perSecond(), ask.asker(), ask.number(), Math.min(1, ask.most()))),
            RateStoreContract::aRateThatNobodyAskedForIsFull),
    WHO_WANTS_NOTHING_TAKES_ONE(
            asks(ask -> new RateAsk(ask.rate(), ask.perSecond(), ask.asker(), ask.number(), Math.max(1, ask.most()))),
            RateStoreContract::whoWantsNothingTakesNothing),
    ONE_MORE_THAN_WAS_TAKEN(
            grants(grant -> new RateGrant(grant.permits() + 1, grant.nextIn(), grant.askers())),
            RateStoreContract::nobodyGetsMoreThanWanted),
    NEXT_IS_ALWAYS_NOW(
            grants(grant -> new RateGrant(grant.permits(), Duration.ZERO, grant.askers())),
            RateStoreContract::permitsComeEvenly),
    EVERYBODY_IS_ALONE(
            grants(grant -> new RateGrant(grant.permits(), grant.nextIn(), 1)),
            RateStoreContract::whoHasAskedLatelyIsCounted),
    NOBODY_LEAVES(NobodyLeaves::new, RateStoreContract::whoFallsSilentIsNotCountedAnyMore),
    LOOKS_THEN_TAKES(LooksThenTakes::new, RateStoreContract::manyAtOnceGetNoMoreThanThereIs);

    private final UnaryOperator<RateStore> broken;

    /** The test of the rule that is broken. */
    final Consumer<RateStoreContract> rule;

    RateBug(UnaryOperator<RateStore> broken, Consumer<RateStoreContract> rule) {
        this.broken = broken;
        this.rule = rule;
    }

    RateStore in(RateStore sound) {
        return broken.apply(sound);
    }

    private static RateAsk with(RateAsk ask, String rate, String asker) {
        return new RateAsk(rate, ask.perSecond(), asker, ask.number(), ask.most());
    }

    private static UnaryOperator<RateStore> asks(UnaryOperator<RateAsk> change) {
        return sound -> new Forwarding(sound) {
            @Override
            public CompletionStage<RateGrant> take(RateAsk ask) {
                return sound.take(change.apply(ask));
            }
        };
    }

    private static UnaryOperator<RateStore> grants(UnaryOperator<RateGrant> change) {
        return sound -> new Forwarding(sound) {
            @Override
            public CompletionStage<RateGrant> take(RateAsk ask) {
                return sound.take(ask).thenApply(change);
            }
        };
    }

    /** A sound store. */
    static class Forwarding implements RateStore {

        final RateStore sound;

        Forwarding(RateStore sound) {
            this.sound = sound;
        }

        @Override
        public CompletionStage<RateGrant> take(RateAsk ask) {
            return sound.take(ask);
        }

        @Override
        public void close() {
            sound.close();
        }
    }

    /** Ignores the numbers of calls. */
    private static final class EveryCallIsNew extends Forwarding {

        private final AtomicLong calls = new AtomicLong();

        EveryCallIsNew(RateStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<RateGrant> take(RateAsk ask) {
            return sound.take(
                    new RateAsk(ask.rate(), ask.perSecond(), ask.asker(), calls.incrementAndGet(), ask.most()));
        }
    }

    /** Knows the last call again, and none before. */
    private static final class LateCallsTake extends Forwarding {

        private final Map<String, Long> last = new ConcurrentHashMap<>();
        private final AtomicLong calls = new AtomicLong();

        LateCallsTake(RateStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<RateGrant> take(RateAsk ask) {
            Long before = last.put(ask.rate() + ask.asker(), ask.number());
            long number = before != null && before == ask.number() ? calls.get() : calls.incrementAndGet();
            return sound.take(new RateAsk(ask.rate(), ask.perSecond(), ask.asker(), number, ask.most()));
        }
    }

    private static final class RepetitionGivesNothing extends Forwarding {

        private final Map<String, Long> last = new ConcurrentHashMap<>();

        RepetitionGivesNothing(RateStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<RateGrant> take(RateAsk ask) {
            Long before = last.put(ask.rate() + ask.asker(), ask.number());
            return sound.take(ask)
                    .thenApply(grant -> before != null && before == ask.number()
                            ? new RateGrant(0, grant.nextIn(), grant.askers())
                            : grant);
        }
    }

    private static final class NobodyLeaves extends Forwarding {

        private final Map<String, Integer> most = new ConcurrentHashMap<>();

        NobodyLeaves(RateStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<RateGrant> take(RateAsk ask) {
            return sound.take(ask)
                    .thenApply(grant -> new RateGrant(
                            grant.permits(), grant.nextIn(), most.merge(ask.rate(), grant.askers(), Math::max)));
        }
    }

    /** Two askers may both take the last permits. */
    private static final class LooksThenTakes extends Forwarding {

        private final Map<String, Integer> taken = new ConcurrentHashMap<>();

        LooksThenTakes(RateStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<RateGrant> take(RateAsk ask) {
            int before = taken.getOrDefault(ask.rate(), 0);
            int permits = Math.min(ask.most(), (int) (ask.perSecond() / 10) + 1 - before);
            Thread.yield();
            taken.put(ask.rate(), before + permits);
            return CompletableFuture.completedStage(new RateGrant(permits, Duration.ZERO, 1));
        }
    }
}
