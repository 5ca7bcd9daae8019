package dev.notifykit.testkit.contract;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.testkit.contract.BrokenDedupStores.ClaimIsConfirm;
import dev.notifykit.testkit.contract.BrokenDedupStores.ConfirmAnswersOnce;
import dev.notifykit.testkit.contract.BrokenDedupStores.LooksThenTakes;
import dev.notifykit.testkit.contract.BrokenDedupStores.NobodyAsksWhoHolds;
import dev.notifykit.testkit.contract.BrokenDedupStores.ReleaseForgets;
import dev.notifykit.testkit.contract.BrokenDedupStores.TheSupersededGoesOn;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What can be wrong with a dedup store, and the rule that says so. */
enum DedupBug {
    CONFIRM_BY_ANYBODY(sound -> new NobodyAsksWhoHolds(sound, true), DedupStoreContract::whoDoesNotHoldConfirmsNothing),
    RELEASE_BY_ANYBODY(sound -> new NobodyAsksWhoHolds(sound, false), DedupStoreContract::onlyTheHolderGivesBack),
    CLAIM_IS_CONFIRM(ClaimIsConfirm::new, DedupStoreContract::whatWasGivenBackIsNewAgain),
    RELEASE_FORGETS_WHAT_WAS_CONFIRMED(ReleaseForgets::new, DedupStoreContract::aReleaseKeepsWhatWasConfirmed),
    CONFIRM_ANSWERS_ONCE(ConfirmAnswersOnce::new, DedupStoreContract::aRepeatedConfirmAnswersAsBeforeAndNotesNothing),
    THE_SUPERSEDED_GOES_ON(TheSupersededGoesOn::new, DedupStoreContract::whatWasSupersededIsStaleToItsHolder),

    LEASES_NEVER_END(
            sound -> new Terms(sound) {
                @Override
                ClaimTerms terms(ClaimTerms asked) {
                    return new ClaimTerms(asked.ttl().minusNanos(1), asked.ttl());
                }
            },
            DedupStoreContract::whoeverFallsSilentIsTakenOver),
    KEYS_ARE_NEVER_FORGOTTEN(
            sound -> new Terms(sound) {
                @Override
                ClaimTerms terms(ClaimTerms asked) {
                    return new ClaimTerms(asked.lease(), asked.ttl().multipliedBy(1_000));
                }
            },
            DedupStoreContract::aClaimIsForgottenInTheEnd),
    KEYS_ARE_FORGOTTEN_WITH_THEIR_LEASE(
            sound -> new Terms(sound) {
                @Override
                ClaimTerms terms(ClaimTerms asked) {
                    return new ClaimTerms(asked.lease(), asked.lease().plusNanos(1));
                }
            },
            DedupStoreContract::whoeverFallsSilentIsTakenOver),

    NOTHING_IS_STALE(
            sound -> new Keys(sound) {
                @Override
                DedupKey key(DedupKey asked) {
                    DedupKey key = DedupKey.of(asked.id());
                    return asked.contentHash().isEmpty() ? key : key.content(asked.contentHash());
                }
            },
            DedupStoreContract::lowerThanConfirmedIsStale),
    CONTENTS_ARE_IGNORED(
            sound -> new Keys(sound) {
                @Override
                DedupKey key(DedupKey asked) {
                    return DedupKey.of(asked.id());
                }
            },
            DedupStoreContract::anotherContentIsACorrection),
    IDS_ARE_CUT(
            sound -> new Keys(sound) {
                @Override
                DedupKey key(DedupKey asked) {
                    return BrokenDedupStores.withId(
                            asked,
                            asked.id().substring(0, Math.min(8, asked.id().length())));
                }
            },
            DedupStoreContract::idsHaveNothingToDoWithOneAnother),
    IDS_IGNORE_CASE(
            sound -> new Keys(sound) {
                @Override
                DedupKey key(DedupKey asked) {
                    return BrokenDedupStores.withId(asked, asked.id().toLowerCase(Locale.ROOT));
                }
            },
            DedupStoreContract::idsHaveNothingToDoWithOneAnother),

    TAKE_OVER_IS_NOT_TOLD(
            verdicts(claim -> claim instanceof Claim.New fresh ? new Claim.New(fresh.ended(), false) : claim),
            DedupStoreContract::whoeverFallsSilentIsTakenOver),
    WHO_ENDED_IS_NOT_TOLD(
            verdicts(claim -> claim instanceof Claim.New fresh ? new Claim.New(Set.of(), fresh.takenOver()) : claim),
            DedupStoreContract::whatHasNotReachedEverybodyIsNewForTheOthers),
    CORRECTIONS_WAIT_FOR_NOBODY(
            verdicts(claim -> claim instanceof Claim.Correction ? new Claim.Correction(Duration.ZERO) : claim),
            DedupStoreContract::aCorrectionWaitsForTheLastOfItsOriginals),
    IN_FLIGHT_IS_DUPLICATE(
            verdicts(claim -> claim instanceof Claim.InFlight ? new Claim.Duplicate() : claim),
            DedupStoreContract::anotherWithTheSameWaits),

    RENEWAL_DOES_NOT_EXTEND(
            sound -> new ForwardingDedupStore(sound) {
                @Override
                public CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
                    return sound.renew(key, owner, new ClaimTerms(Duration.ofNanos(1), terms.ttl()));
                }
            },
            DedupStoreContract::aRenewedClaimHoldsForAnotherLease),
    NOBODY_LOSES(
            standings(standing -> standing == Standing.LOST ? Standing.HELD : standing),
            DedupStoreContract::aClaimThatEndedIsNotRenewed),
    THE_SUPERSEDED_ARE_NOT_TOLD(
            standings(standing -> standing == Standing.SUPERSEDED ? Standing.HELD : standing),
            DedupStoreContract::theSupersededHearsItAndIsWaitedFor),
    EVERY_CONFIRM_IS_COMPLETE(
            sound -> new ForwardingDedupStore(sound) {
                @Override
                public CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl) {
                    return sound.confirm(key, owner, TargetEnds.all(ends.ended()), ttl);
                }
            },
            DedupStoreContract::whatHasNotReachedEverybodyIsNewForTheOthers),
    A_CONFIRM_IS_FORGOTTEN_EARLY(
            sound -> new ForwardingDedupStore(sound) {
                @Override
                public CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl) {
                    return sound.confirm(key, owner, ends, ttl.dividedBy(2));
                }
            },
            DedupStoreContract::whatWasSaidIsForgottenInTheEnd),

    LOOKS_THEN_TAKES(LooksThenTakes::new, DedupStoreContract::ofManyWhoClaimAtOnceOneGoesOn);

    private final UnaryOperator<DedupStore> broken;

    /** The test of the rule that is broken. */
    final Consumer<DedupStoreContract> rule;

    DedupBug(UnaryOperator<DedupStore> broken, Consumer<DedupStoreContract> rule) {
        this.broken = broken;
        this.rule = rule;
    }

    DedupStore in(DedupStore sound) {
        return broken.apply(sound);
    }

    private static UnaryOperator<DedupStore> verdicts(UnaryOperator<Claim> change) {
        return sound -> new ForwardingDedupStore(sound) {
            @Override
            Claim verdict(Claim claim, DedupKey key, ClaimOwner owner) {
                return change.apply(claim);
            }
        };
    }

    private static UnaryOperator<DedupStore> standings(UnaryOperator<Standing> change) {
        return sound -> new ForwardingDedupStore(sound) {
            @Override
            public CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
                return sound.renew(key, owner, terms).thenApply(change);
            }
        };
    }

    /** Claims and renews on other terms than it was asked to. */
    private abstract static class Terms extends ForwardingDedupStore {

        Terms(DedupStore sound) {
            super(sound);
        }

        abstract ClaimTerms terms(ClaimTerms asked);

        @Override
        public CompletionStage<Claim> claim(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
            return super.claim(key, owner, terms(terms));
        }

        @Override
        public CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
            return super.renew(key, owner, terms(terms));
        }
    }

    /** Takes one key for another. */
    private abstract static class Keys extends ForwardingDedupStore {

        Keys(DedupStore sound) {
            super(sound);
        }

        abstract DedupKey key(DedupKey asked);

        @Override
        public CompletionStage<Claim> claim(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
            return super.claim(key(key), owner, terms);
        }

        @Override
        public CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
            return super.renew(key(key), owner, terms);
        }

        @Override
        public CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl) {
            return super.confirm(key(key), owner, ends, ttl);
        }

        @Override
        public CompletionStage<Boolean> release(DedupKey key, ClaimOwner owner) {
            return super.release(key(key), owner);
        }
    }
}
