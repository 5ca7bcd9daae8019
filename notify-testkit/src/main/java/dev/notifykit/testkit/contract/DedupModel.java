package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Random calls, made to a store and to {@link DedupReference}, which must answer alike: few ids, owners, contents and versions, so that all
 * of them meet. Calm times, in which most claims are ended, alternate with crowds, in which nobody ends anything.
 *
 * <p>Time passes in pairs of ticks, and leases and times to live are odd numbers of them, so that a store on a real clock may be most of a
 * tick late without another answer being right.
 */
final class DedupModel {

    private static final int IDS = 3;
    private static final int OWNERS = 12;
    private static final int CONTENTS = 4;
    private static final int TARGETS = 4;
    private static final int PHASE = 60;

    /** The limit of superseded claims is the rarest: found some ten times in 10,000 steps. */
    private static final List<String> ANSWERS = List.of(
            "claim New",
            "claim Correction",
            "claim Duplicate",
            "claim Stale",
            "claim InFlight",
            "renew HELD",
            "renew SUPERSEDED",
            "renew LOST",
            "confirm true",
            "confirm false",
            "release true",
            "release false");

    private static final int ENOUGH_STEPS = 5_000;

    private final DedupStore store;
    private final DedupReference reference;
    private final Consumer<Duration> passTime;
    private final Duration tick;
    private final Duration tolerance;
    private final Duration patience;
    private final Random random;
    private final StepLog log;
    private final String run;
    private final Map<String, Integer> seen = new TreeMap<>();

    DedupModel(
            DedupStore store,
            Consumer<Duration> passTime,
            Duration lease,
            Duration tolerance,
            Duration patience,
            long seed) {
        this.store = store;
        this.passTime = passTime;
        this.tick = lease.dividedBy(4);
        this.tolerance = tolerance;
        this.patience = patience;
        reference = new DedupReference(tick);
        random = new Random(seed);
        log = new StepLog(seed);
        run = "model-" + seed + "-";
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            boolean crowd = i / PHASE % 3 == 2;
            try {
                step(i, crowd);
            } catch (RuntimeException | AssertionError e) {
                throw log.failure(e);
            }
        }
        if (steps >= ENOUGH_STEPS) {
            ANSWERS.forEach(answer -> assertTrue(seen.containsKey(answer), () -> answer + " was never heard: " + seen));
        }
    }

    private void step(int number, boolean crowd) {
        int dice = random.nextInt(100);
        if (dice < (crowd ? 2 : 12)) {
            pass();
        } else if (dice < (crowd ? 80 : 50)) {
            claim(number);
        } else if (dice < (crowd ? 98 : 65)) {
            renew();
        } else if (dice < (crowd ? 99 : 86)) {
            confirm();
        } else {
            release();
        }
    }

    private void pass() {
        int ticks = 2 * (1 + (random.nextInt(8) == 0 ? random.nextInt(20) : random.nextInt(2)));
        log.add("pass " + ticks);
        passTime.accept(tick.multipliedBy(ticks));
        reference.passTime(ticks);
    }

    private void claim(int step) {
        DedupKey key = randomId();
        if (random.nextInt(5) > 0) {
            key = key.content("content " + random.nextInt(CONTENTS));
        }
        // Versions rise as time goes on: else everything would soon be stale.
        if (random.nextInt(3) == 0) {
            key = key.version(step / 40 + random.nextInt(4));
        }
        ClaimOwner owner = random.nextInt(5) == 0 ? holder(key) : owner(random.nextInt(OWNERS));
        int lease = odd(3, 9);
        int ttl = odd(lease + 2, lease + 30);
        log.add("claim " + key + " " + key.contentHash() + " by " + owner + ", lease " + lease + ", ttl " + ttl);
        Claim expected = reference.claim(key, owner, lease, ttl);
        Claim actual = answer(store.claim(key, owner, terms(lease, ttl)));
        hear("claim " + expected.getClass().getSimpleName());
        DedupFixture.assertSame(expected, actual, tolerance);
    }

    private void renew() {
        DedupKey key = randomId();
        ClaimOwner owner = likelyHolder(key);
        int lease = odd(3, 9);
        int ttl = odd(lease + 2, lease + 30);
        log.add("renew " + key + " by " + owner + ", lease " + lease + ", ttl " + ttl);
        Standing expected = reference.renew(key, owner, lease, ttl);
        Standing actual = answer(store.renew(key, owner, terms(lease, ttl)));
        hear("renew " + expected);
        assertEquals(expected, actual);
    }

    private void confirm() {
        DedupKey key = randomId();
        ClaimOwner owner = likelyHolder(key);
        int[] ended =
                IntStream.range(0, TARGETS).filter(i -> random.nextBoolean()).toArray();
        TargetEnds ends = new TargetEnds(DedupFixture.targets(ended), random.nextInt(3) == 0);
        int ttl = odd(5, 31);
        log.add("confirm " + key + " by " + owner + ", " + ends + ", ttl " + ttl);
        boolean expected = reference.confirm(key, owner, ends, ttl);
        boolean actual = answer(store.confirm(key, owner, ends, tick.multipliedBy(ttl)));
        hear("confirm " + expected);
        assertEquals(expected, actual);
    }

    private void release() {
        DedupKey key = randomId();
        ClaimOwner owner = likelyHolder(key);
        log.add("release " + key + " by " + owner);
        boolean expected = reference.release(key, owner);
        boolean actual = answer(store.release(key, owner));
        hear("release " + expected);
        assertEquals(expected, actual);
    }

    private <T> T answer(CompletionStage<T> stage) {
        return Answers.get(stage, patience);
    }

    private void hear(String answer) {
        seen.merge(answer, 1, Integer::sum);
    }

    private DedupKey randomId() {
        return DedupKey.of(run + random.nextInt(IDS));
    }

    private ClaimOwner likelyHolder(DedupKey key) {
        return random.nextInt(4) == 0 ? owner(random.nextInt(OWNERS)) : holder(key);
    }

    private ClaimOwner holder(DedupKey key) {
        List<ClaimOwner> holders = reference.holders(key);
        return holders.isEmpty() ? owner(random.nextInt(OWNERS)) : holders.get(random.nextInt(holders.size()));
    }

    private static ClaimOwner owner(int number) {
        return new ClaimOwner("owner-" + number);
    }

    private ClaimTerms terms(int lease, int ttl) {
        return new ClaimTerms(tick.multipliedBy(lease), tick.multipliedBy(ttl));
    }

    /** An odd number, where both bounds are odd. */
    private int odd(int from, int to) {
        return from + 2 * random.nextInt((to - from) / 2 + 1);
    }
}
