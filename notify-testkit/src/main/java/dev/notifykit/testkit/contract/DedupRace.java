package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Many threads, one key, and something that can be counted afterwards. Time stands still while they run. */
final class DedupRace {

    private static final int CLAIMERS = 64;

    private final DedupStore store;
    private final Consumer<Duration> passTime;
    private final Duration lease;
    private final ClaimTerms terms;
    private final Duration patience;

    DedupRace(DedupStore store, Consumer<Duration> passTime, Duration lease, Duration patience) {
        this.store = store;
        this.passTime = passTime;
        this.lease = lease;
        this.patience = patience;
        terms = new ClaimTerms(lease, lease.multipliedBy(60));
    }

    /** One of all who ask is told to go on; when it has ended well, the others are told that it was said. */
    void oneClaimerWins(int rounds) {
        for (int round = 0; round < rounds; round++) {
            DedupKey key = DedupKey.of("winner-" + round).content("one").version(round);
            List<ClaimOwner> owners = owners(CLAIMERS);
            List<Claim> claims = together(owners, owner -> claim(key, owner));

            assertEquals(1, count(claims, Claim.New.class), "winners");
            assertEquals(CLAIMERS - 1, count(claims, Claim.InFlight.class), "who waits");
            ClaimOwner winner = owners.get(indexOf(claims, Claim.New.class));
            List<Boolean> confirms = together(owners, owner -> confirm(key, owner));
            assertEquals(1, Collections.frequency(confirms, true), "confirms");
            assertTrue(confirm(key, winner), "the winner's was the one");
            claims = together(owners, owner -> claim(key, owner));
            assertEquals(CLAIMERS, count(claims, Claim.Duplicate.class), "duplicates");
        }
    }

    /** A dead holder has one heir. */
    void oneHeirTakesOver(int rounds) {
        for (int round = 0; round < rounds; round++) {
            DedupKey key = DedupKey.of("heir-" + round);
            ClaimOwner dead = ClaimOwner.random();
            assertInstanceOf(Claim.New.class, claim(key, dead));
            passTime.accept(lease.plus(lease.dividedBy(2)));
            List<Claim> claims = together(owners(CLAIMERS), owner -> claim(key, owner));

            assertEquals(1, count(claims, Claim.New.class), "heirs");
            assertTrue(
                    claims.stream().anyMatch(claim -> claim instanceof Claim.New heir && heir.takenOver()),
                    "the heir learns that it is one");
            assertEquals(CLAIMERS - 1, count(claims, Claim.InFlight.class), "who waits");
            assertEquals(Standing.LOST, renew(key, dead));
        }
    }

    /** A late confirm and an heir: one of them is told that it came too late. */
    void eitherTheLateConfirmCountsOrAnHeirGoesOn(int rounds) {
        for (int round = 0; round < rounds; round++) {
            DedupKey key = DedupKey.of("late-" + round);
            ClaimOwner late = ClaimOwner.random();
            assertInstanceOf(Claim.New.class, claim(key, late));
            passTime.accept(lease.plus(lease.dividedBy(2)));
            AtomicInteger confirmed = new AtomicInteger();
            List<Claim> claims = together(owners(4), owner -> {
                if (confirmed.get() == 0 && owner.hashCode() % 2 == 0 && confirm(key, late)) {
                    confirmed.set(1);
                }
                return claim(key, owner);
            });

            assertEquals(
                    1 - confirmed.get(), count(claims, Claim.New.class), "heirs, when the late one was heard or not");
            assertEquals(confirmed.get() == 1 ? 4 : 0, count(claims, Claim.Duplicate.class), "duplicates");
        }
    }

    /** Every content is sent once, whoever fails in between. */
    void everyContentIsSentOnce(long seed) {
        int contents = 40;
        List<AtomicInteger> sent =
                IntStream.range(0, contents).mapToObj(i -> new AtomicInteger()).toList();
        List<AtomicInteger> failed =
                IntStream.range(0, contents).mapToObj(i -> new AtomicInteger()).toList();
        List<Callable<Boolean>> workers = IntStream.range(0, 8)
                .<Callable<Boolean>>mapToObj(worker -> () -> {
                    Random random = new Random(seed + worker);
                    List<Integer> mine = IntStream.range(0, contents).boxed().collect(Collectors.toList());
                    Collections.shuffle(mine, random);
                    for (int content : mine) {
                        send(
                                DedupKey.of("once-" + seed + "-" + content),
                                random,
                                sent.get(content),
                                failed.get(content));
                    }
                    return true;
                })
                .toList();
        Together.run(workers, patience);

        assertEquals(
                Collections.nCopies(contents, 1),
                sent.stream().map(AtomicInteger::get).toList(),
                "sends");
        assertTrue(failed.stream().anyMatch(times -> times.get() > 0), "nobody failed: the race was too easy");
    }

    private void send(DedupKey key, Random random, AtomicInteger sent, AtomicInteger failed) {
        while (true) {
            ClaimOwner owner = ClaimOwner.random();
            Claim claim = claim(key, owner);
            if (claim instanceof Claim.Duplicate) {
                return;
            }
            if (claim instanceof Claim.InFlight) {
                Thread.onSpinWait();
                continue;
            }
            assertInstanceOf(Claim.New.class, claim);
            if (random.nextInt(3) == 0) {
                failed.incrementAndGet();
                assertTrue(answer(store.release(key, owner)), "a holder may give back");
            } else {
                sent.incrementAndGet();
                assertEquals(Standing.HELD, renew(key, owner));
                assertTrue(confirm(key, owner), "a holder may confirm");
            }
        }
    }

    /** Of corrections that arrive at once every one but the last is superseded and hears it, and the last one's word stays. */
    void correctionsHaveAnOrder(int rounds) {
        int writers = DedupStore.MAX_SUPERSEDED + 1;
        for (int round = 0; round < rounds; round++) {
            String id = "order-" + round;
            List<ClaimOwner> owners = owners(writers);
            List<Claim> claims = together(owners, owner -> claim(content(id, owner), owner));
            assertEquals(1, count(claims, Claim.New.class), "the first");
            assertEquals(writers - 1, count(claims, Claim.Correction.class), "corrections");

            List<Standing> standings = together(owners, owner -> renew(content(id, owner), owner));
            assertEquals(1, Collections.frequency(standings, Standing.HELD), "the last");
            assertEquals(writers - 1, Collections.frequency(standings, Standing.SUPERSEDED), "originals");

            ClaimOwner last = owners.get(standings.indexOf(Standing.HELD));
            List<Boolean> confirms = together(owners, owner -> confirm(content(id, owner), owner));
            assertTrue(confirms.get(owners.indexOf(last)), "nothing is newer than the last");
            assertInstanceOf(Claim.Duplicate.class, claim(content(id, last), ClaimOwner.random()));
        }
    }

    /** Versions arrive in any order: the highest holds, and what was granted before it is superseded. */
    void theHighestVersionHolds(int rounds) {
        int writers = DedupStore.MAX_SUPERSEDED + 1;
        for (int round = 0; round < rounds; round++) {
            DedupKey event = DedupKey.of("version-" + round);
            List<ClaimOwner> owners = owners(writers);
            List<Claim> claims = together(owners, owner -> claim(event.version(owners.indexOf(owner)), owner));

            for (int version = 0; version < writers; version++) {
                ClaimOwner owner = owners.get(version);
                Standing standing = renew(event.version(version), owner);
                if (version == writers - 1) {
                    assertEquals(Standing.HELD, standing, "the highest version");
                } else {
                    boolean stale = claims.get(version) instanceof Claim.Stale;
                    assertEquals(stale ? Standing.LOST : Standing.SUPERSEDED, standing, "version " + version);
                }
            }
        }
    }

    private static DedupKey content(String id, ClaimOwner owner) {
        return DedupKey.of(id).content(owner.value());
    }

    private static List<ClaimOwner> owners(int count) {
        return IntStream.range(0, count).mapToObj(i -> ClaimOwner.random()).toList();
    }

    private interface Call<T> {
        T of(ClaimOwner owner);
    }

    private <T> List<T> together(List<ClaimOwner> owners, Call<T> call) {
        List<Callable<T>> calls = new ArrayList<>();
        owners.forEach(owner -> calls.add(() -> call.of(owner)));
        return Together.run(calls, patience);
    }

    private Claim claim(DedupKey key, ClaimOwner owner) {
        return answer(store.claim(key, owner, terms));
    }

    private Standing renew(DedupKey key, ClaimOwner owner) {
        return answer(store.renew(key, owner, terms));
    }

    private boolean confirm(DedupKey key, ClaimOwner owner) {
        return answer(store.confirm(key, owner, TargetEnds.all(DedupFixture.targets(1)), terms.ttl()));
    }

    private <T> T answer(CompletionStage<T> stage) {
        return Answers.get(stage, patience);
    }

    private static long count(List<Claim> claims, Class<? extends Claim> kind) {
        return claims.stream().filter(kind::isInstance).count();
    }

    private static int indexOf(List<Claim> claims, Class<? extends Claim> kind) {
        return IntStream.range(0, claims.size())
                .filter(i -> kind.isInstance(claims.get(i)))
                .findFirst()
                .orElseThrow();
    }
}
