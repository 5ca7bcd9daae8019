package dev.notifykit.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.testing.ManualTime;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is special to the store in memory: its bound, what it sweeps, exact instants. The rules are in the testkit's contract. */
class InMemoryDedupStoreTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration TTL = Duration.ofHours(6);
    private static final ClaimTerms TERMS = new ClaimTerms(LEASE, TTL);
    private static final Duration TICK = Duration.ofNanos(1);
    private static final Claim NEW = new Claim.New(Set.of(), false);

    private final ManualTime time = ManualTime.create();
    private final ClaimOwner owner = ClaimOwner.random();
    private final ClaimOwner other = ClaimOwner.random();
    private final InMemoryDedupStore store = new InMemoryDedupStore(time, 3);

    private static DedupKey key(int number) {
        return DedupKey.of("event-" + number);
    }

    private Claim claim(DedupKey key) {
        return now(store.claim(key, owner, TERMS));
    }

    private void say(DedupKey key) {
        assertThat(claim(key)).isInstanceOf(Claim.New.class);
        assertThat(now(store.confirm(key, owner, TargetEnds.all(Set.of()), TTL)))
                .isTrue();
    }

    private static <T> T now(CompletionStage<T> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }

    private static void assertUnavailable(CompletionStage<?> stage) {
        assertThatThrownBy(() -> now(stage))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(DedupUnavailableException.class)
                .hasMessageNotContaining("event-");
    }

    @Test
    void aFullStoreRefusesAFurtherKeyAndForgetsNone() {
        for (int i = 0; i < 3; i++) {
            say(key(i));
        }

        assertUnavailable(store.claim(key(3), owner, TERMS));

        for (int i = 0; i < 3; i++) {
            assertThat(claim(key(i))).isEqualTo(new Claim.Duplicate());
        }
        assertThat(store).hasToString("InMemoryDedupStore[3 of 3 keys]");
    }

    @Test
    void aFullStoreGoesOnWithTheKeysItKnows() {
        for (int i = 0; i < 3; i++) {
            claim(key(i));
        }

        assertThat(now(store.claim(key(0).content("two to one"), other, TERMS))).isEqualTo(new Claim.Correction(LEASE));
        assertThat(now(store.renew(key(1), owner, TERMS))).isEqualTo(Standing.HELD);
        assertThat(now(store.confirm(key(1), owner, TargetEnds.all(Set.of()), TTL)))
                .isTrue();
    }

    @Test
    void whatIsGivenBackMakesRoom() {
        for (int i = 0; i < 3; i++) {
            claim(key(i));
        }

        assertThat(now(store.release(key(1), owner))).isTrue();

        assertThat(claim(key(3))).isEqualTo(NEW);
    }

    @Test
    void whatExpiresMakesRoomWhereverItStands() {
        say(key(0));
        now(store.claim(key(1), owner, new ClaimTerms(LEASE, LEASE.multipliedBy(2))));
        say(key(2));

        time.advance(LEASE.multipliedBy(2).minus(TICK));
        assertUnavailable(store.claim(key(3), owner, TERMS));
        time.advance(TICK);
        assertThat(claim(key(3))).isEqualTo(NEW);
        assertUnavailable(store.claim(key(4), owner, TERMS));
    }

    @Test
    void whatHasExpiredIsSweptFromTheFrontByEveryCall() {
        for (int i = 0; i < 3; i++) {
            say(key(i));
        }
        time.advance(TTL);

        assertThat(now(store.renew(key(9), owner, TERMS))).isEqualTo(Standing.LOST);

        assertThat(store).hasToString("InMemoryDedupStore[0 of 3 keys]");
    }

    @Test
    void aChangeMovesAKeyBehindThoseThatExpireBeforeIt() {
        claim(key(0));
        say(key(1));
        time.advance(LEASE);
        now(store.renew(key(0), owner, TERMS));
        time.advance(TTL.minus(LEASE));

        assertThat(claim(key(2))).isEqualTo(NEW);

        assertThat(store).hasToString("InMemoryDedupStore[2 of 3 keys]");
    }

    /** Were every refusal to look at every key, this would take minutes. */
    @Test
    @Timeout(300)
    void aFullStoreRefusesCheaply() {
        int many = 100_000;
        InMemoryDedupStore large = new InMemoryDedupStore(time, many);
        for (int i = 0; i < many; i++) {
            CompletionStage<Claim> unused = large.claim(key(i), owner, TERMS);
        }

        for (int i = 0; i < 20_000; i++) {
            CompletionStage<Claim> refused = large.claim(key(many + i), owner, TERMS);
            assertThat(refused.toCompletableFuture().isCompletedExceptionally()).isTrue();
        }
    }

    @Test
    void aLeaseRunsUntilItsLastNanosecond() {
        claim(key(0));

        time.advance(LEASE.minus(TICK));
        assertThat(now(store.claim(key(0), other, TERMS))).isEqualTo(new Claim.InFlight(TICK));
        time.advance(TICK);
        assertThat(now(store.claim(key(0), other, TERMS))).isEqualTo(new Claim.New(Set.of(), true));
    }

    @Test
    void aKeyIsKnownUntilItsLastNanosecond() {
        say(key(0));

        time.advance(TTL.minus(TICK));
        assertThat(claim(key(0))).isEqualTo(new Claim.Duplicate());
        time.advance(TICK);
        assertThat(claim(key(0))).isEqualTo(NEW);
    }

    @Test
    void theClockMayRunOver() {
        long[] reading = {Long.MAX_VALUE - LEASE.toNanos() / 2};
        InMemoryDedupStore old = new InMemoryDedupStore(new Readings(reading));
        now(old.claim(key(0), owner, TERMS));

        reading[0] += LEASE.toNanos() - 1;
        assertThat(reading[0]).isNegative();
        assertThat(now(old.claim(key(0), other, TERMS))).isEqualTo(new Claim.InFlight(TICK));
        reading[0]++;
        assertThat(now(old.claim(key(0), other, TERMS))).isEqualTo(new Claim.New(Set.of(), true));
    }

    @Test
    void timesBeyondReasonDoNotOverflow() {
        ClaimTerms eternal = new ClaimTerms(Duration.ofSeconds(Long.MAX_VALUE - 1), Duration.ofSeconds(Long.MAX_VALUE));
        now(store.claim(key(0), owner, eternal));
        time.advance(Duration.ofDays(3_650));

        assertThat(now(store.claim(key(0), other, TERMS))).isInstanceOf(Claim.InFlight.class);
        assertThat(now(store.confirm(key(0), owner, TargetEnds.all(Set.of()), Duration.ofSeconds(Long.MAX_VALUE))))
                .isTrue();
        assertThat(now(store.claim(key(0), other, TERMS))).isEqualTo(new Claim.Duplicate());
    }

    @Test
    void aClosedStoreCannotSay() {
        claim(key(0));

        store.close();
        store.close();

        assertUnavailable(store.claim(key(0), owner, TERMS));
        assertUnavailable(store.renew(key(0), owner, TERMS));
        assertUnavailable(store.confirm(key(0), owner, TargetEnds.all(Set.of()), TTL));
        assertUnavailable(store.release(key(0), owner));
    }

    @Test
    void theClockIsNotClosedWithIt() {
        time.schedule(() -> {}, LEASE);

        store.close();

        assertThat(time.pendingTimers()).isOne();
    }

    @Test
    void aStoreForNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InMemoryDedupStore(time, 0))
                .withMessageContaining("maxKeys");
    }

    @Test
    void itsTextShowsNoKey() {
        claim(key(0));

        assertThat(store).hasToString("InMemoryDedupStore[1 of 3 keys]");
    }

    /** A clock that says what it is told. */
    private record Readings(long[] reading) implements TimeSource {

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return reading[0];
        }

        @Override
        public Timer schedule(Runnable task, Duration delay) {
            throw new UnsupportedOperationException("the store sets no timers");
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("the clock is not the store's");
        }
    }
}
