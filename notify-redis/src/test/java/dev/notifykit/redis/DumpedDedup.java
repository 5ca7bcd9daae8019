package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.ALL;
import static dev.notifykit.redis.Dedup.ANNA;
import static dev.notifykit.redis.Dedup.BERT;
import static dev.notifykit.redis.Dedup.DUPLICATE;
import static dev.notifykit.redis.Dedup.NEW;
import static dev.notifykit.redis.Dedup.TERMS;
import static dev.notifykit.redis.Dedup.answer;
import static dev.notifykit.redis.Dedup.claim;
import static dev.notifykit.redis.Dedup.confirm;
import static dev.notifykit.redis.Dedup.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import java.time.Duration;
import java.util.Set;

/** Claims in every state. */
final class DumpedDedup implements DumpPart {

    private static final ClaimOwner CARL = new ClaimOwner("carl-4713");

    private static final DedupKey HELD = DedupKey.of("held").content("one").version(1);
    private static final DedupKey BARE = DedupKey.of("bare");
    private static final DedupKey TAKEN_OVER = DedupKey.of("taken over");
    private static final DedupKey SAID = DedupKey.of("said").content("one");
    private static final DedupKey IN_PART = DedupKey.of("in part").content("one");
    private static final DedupKey VERSIONED =
            DedupKey.of("versioned").content("one").version(Long.MAX_VALUE - 1);
    private static final DedupKey CORRECTED = DedupKey.of("corrected").content("one");
    private static final DedupKey SUPERSEDED = DedupKey.of("superseded").content("one");
    private static final DedupKey GIVEN_BACK = DedupKey.of("given back").content("one");

    @Override
    public String name() {
        return "dedup";
    }

    @Override
    public void work(RedisStores stores, Clock clock) throws Exception {
        DedupStore store = stores.dedupStore();
        answer(claim(store, TAKEN_OVER, ANNA));
        clock.pass(TERMS.lease().plusSeconds(1));
        answer(claim(store, TAKEN_OVER, BERT));
        answer(claim(store, HELD, ANNA));
        answer(claim(store, BARE, ANNA));
        answer(claim(store, SAID, ANNA));
        answer(confirm(store, SAID, ANNA));
        answer(claim(store, IN_PART, ANNA));
        answer(store.confirm(IN_PART, ANNA, TargetEnds.some(Set.of(target(1), target(2))), TERMS.ttl()));
        answer(claim(store, VERSIONED, ANNA));
        answer(confirm(store, VERSIONED, ANNA));
        answer(claim(store, CORRECTED, ANNA));
        answer(confirm(store, CORRECTED, ANNA));
        answer(claim(store, CORRECTED.content("two"), BERT));
        answer(claim(store, SUPERSEDED, ANNA));
        answer(claim(store, SUPERSEDED.content("two"), BERT));
        answer(claim(store, GIVEN_BACK, ANNA));
        answer(store.release(GIVEN_BACK, ANNA));
        // The dump says what the clock of Redis is, and not by how much this one was ahead.
        clock.pass(TERMS.lease().plusSeconds(1).negated());
    }

    @Override
    public void goOn(Dump dump) throws Exception {
        whileTheLeasesRun(dump.heir(Duration.ZERO).dedupStore());
        afterTheLeases(dump.heir(TERMS.lease().multipliedBy(3)).dedupStore());
    }

    private static void whileTheLeasesRun(DedupStore store) throws Exception {
        assertThat(answer(claim(store, HELD, BERT))).isInstanceOf(Claim.InFlight.class);
        assertThat(answer(claim(store, HELD, ANNA))).isEqualTo(NEW);
        assertThat(answer(claim(store, HELD.version(0), BERT))).isEqualTo(new Claim.Stale());
        assertThat(answer(confirm(store, HELD, ANNA))).isTrue();
        assertThat(answer(claim(store, HELD, BERT))).isEqualTo(DUPLICATE);
        assertThat(answer(claim(store, BARE, BERT))).isInstanceOf(Claim.InFlight.class);
        assertThat(answer(claim(store, TAKEN_OVER, BERT))).isEqualTo(new Claim.New(Set.of(), true));
        assertThat(answer(confirm(store, TAKEN_OVER, ANNA))).as("it was lost").isFalse();
        said(store);
        assertThat(answer(claim(store, CORRECTED.content("two"), CARL))).isInstanceOf(Claim.InFlight.class);
        assertThat(answer(store.renew(CORRECTED.content("two"), BERT, TERMS))).isEqualTo(Standing.HELD);
        assertThat(answer(store.renew(SUPERSEDED, ANNA, TERMS))).isEqualTo(Standing.SUPERSEDED);
        assertThat(answer(claim(store, SUPERSEDED, ANNA))).isEqualTo(new Claim.Stale());
        assertThat(answer(store.confirm(SUPERSEDED.content("two"), BERT, ALL, TERMS.ttl())))
                .isTrue();
        assertThat(answer(store.release(SUPERSEDED, ANNA)))
                .as("the correction has ended it")
                .isFalse();
        assertThat(answer(claim(store, SUPERSEDED.content("two"), CARL))).isEqualTo(DUPLICATE);
    }

    private static void afterTheLeases(DedupStore store) throws Exception {
        assertThat(answer(claim(store, HELD, BERT))).isEqualTo(new Claim.New(Set.of(), true));
        assertThat(answer(confirm(store, HELD, ANNA))).as("it was taken over").isFalse();
        assertThat(answer(confirm(store, BARE, ANNA))).as("nobody has taken it").isTrue();
        assertThat(answer(claim(store, BARE, BERT))).isEqualTo(DUPLICATE);
        said(store);
        assertThat(answer(claim(store, CORRECTED, CARL)))
                .as("the correction has died")
                .isEqualTo(DUPLICATE);
    }

    private static void said(DedupStore store) throws Exception {
        assertThat(answer(claim(store, SAID, BERT))).isEqualTo(DUPLICATE);
        assertThat(answer(claim(store, SAID.content("two"), BERT))).isEqualTo(new Claim.Correction(Duration.ZERO));
        assertThat(answer(claim(store, IN_PART, BERT))).isEqualTo(new Claim.New(Set.of(target(1), target(2)), false));
        assertThat(answer(claim(store, VERSIONED, BERT))).isEqualTo(DUPLICATE);
        assertThat(answer(claim(store, VERSIONED.content("two").version(3), BERT)))
                .isEqualTo(new Claim.Stale());
        assertThat(answer(claim(store, GIVEN_BACK, BERT))).isEqualTo(NEW);
    }
}
