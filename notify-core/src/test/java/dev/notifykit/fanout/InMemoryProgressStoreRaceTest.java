package dev.notifykit.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InMemoryProgressStoreRaceTest {

    private static final FanOutId ID = FanOutId.of("race");
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final int THREADS = 8;

    private final ManualTime time = ManualTime.create();
    private final ProgressStore store = new InMemoryProgressStore(time);
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS + 1);

    @AfterEach
    void stop() throws InterruptedException {
        executor.shutdownNow();
        assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void ofManyWhoAskForALeaseOneGetsIt() throws Exception {
        create(1);
        for (int round = 0; round < 200; round++) {
            List<Optional<ShardGrant>> grants = together(() -> store.acquire(ID, 0, "me", TTL));

            assertThat(grants.stream().filter(Optional::isPresent))
                    .as("round %d", round)
                    .hasSize(1);
            time.advance(TTL);
        }
    }

    @Test
    void ofManyWhoLaunchOneCreates() throws Exception {
        List<ProgressStore.Launch> launches = together(() -> create(3));

        assertThat(launches).containsOnlyOnce(ProgressStore.Launch.CREATED);
        assertThat(launches).filteredOn(ProgressStore.Launch.JOINED::equals).hasSize(THREADS - 1);
    }

    /** Workers that lose their leases in the middle again and again; the store must take each row's end from one of them only. */
    @Test
    void workersWhoReplaceOneAnotherEndEveryRowOnce() throws Exception {
        int pages = 40;
        int pageSize = 25;
        int shards = 2;
        create(shards);
        AtomicInteger lost = new AtomicInteger();
        AtomicBoolean broken = new AtomicBoolean();
        Map<String, Integer> taken = new ConcurrentHashMap<>();
        Future<?> watcher = executor.submit(() -> {
            while (!ended()) {
                store.progress(ID).filter(p -> !p.isConserved()).ifPresent(p -> broken.set(true));
                Thread.yield();
            }
        });

        AtomicInteger names = new AtomicInteger();
        together(() -> {
            Random random = new Random(names.incrementAndGet());
            while (!ended()) {
                int shard = random.nextInt(shards);
                Optional<ShardGrant> grant = store.acquire(ID, shard, "worker", TTL);
                if (grant.isPresent()) {
                    try {
                        work(grant.get(), pages, pageSize, random, taken);
                    } catch (FencedException e) {
                        lost.incrementAndGet();
                    }
                } else {
                    Thread.yield();
                }
            }
            return null;
        });
        watcher.get(10, TimeUnit.SECONDS);

        FanOutProgress progress = store.progress(ID).orElseThrow();
        assertThat(progress.recipients()).isEqualTo((long) shards * pages * pageSize);
        assertThat(progress.done()).isEqualTo(progress.recipients());
        assertThat(taken).hasSize(shards * pages * pageSize);
        assertThat(taken.values()).as("how often the end of a row was taken").containsOnly(1);
        assertThat(broken).as("a reading that broke the law").isFalse();
        assertThat(lost).as("leases that were lost on the way").hasPositiveValue();
    }

    private static void count(Map<String, Integer> taken, ShardGrant grant, int page, int index) {
        taken.merge(grant.lease().shard() + "/" + page + "/" + index, 1, Integer::sum);
    }

    private void work(ShardGrant grant, int pages, int pageSize, Random random, Map<String, Integer> taken) {
        ShardLease lease = grant.lease();
        for (OpenPage page : grant.openPages()) {
            for (int i = 0; i < page.rows().size(); i++) {
                if (page.marks()[i] == OpenPage.UNMARKED) {
                    end(grant, page.number(), i, random, taken);
                }
            }
            store.closePage(lease, page.number());
        }
        for (int page = grant.nextPage(); page < pages; page++) {
            List<AudienceRow> rows = IntStream.range(0, pageSize)
                    .mapToObj(i -> new AudienceRow("r" + i, Target.fcm("a", "t" + i)))
                    .toList();
            store.openPage(lease, page, rows, page == pages - 1 ? null : "c" + page);
            for (int i = 0; i < pageSize; i++) {
                end(grant, page, i, random, taken);
            }
            store.closePage(lease, page);
        }
        for (ParkedRow row : store.parked(lease, true, Integer.MAX_VALUE)) {
            store.mark(lease, List.of(new Mark.ParkedEnded(row.id(), Kind.ACCEPTED)));
            count(taken, grant, (int) (row.id() >> 20), (int) (row.id() & 0xFFFFF));
        }
        store.endShard(lease, ShardEnd.COMPLETED, null);
    }

    /** Whoever gets past the call was not fenced: the store has taken this row's end from it. */
    private void end(ShardGrant grant, int page, int index, Random random, Map<String, Integer> taken) {
        if (random.nextInt(50) == 0) {
            fallAsleep();
        }
        if (random.nextInt(5) == 0) {
            ParkedRow row = new ParkedRow(
                    ParkedRow.id(page, index),
                    new AudienceRow("r" + index, Target.fcm("a", "t")),
                    1,
                    false,
                    Duration.ZERO,
                    false);
            store.mark(grant.lease(), List.of(new Mark.Parked(page, index, row, Duration.ofSeconds(1))));
        } else {
            store.mark(grant.lease(), List.of(new Mark.Ended(page, index, Kind.ACCEPTED)));
            count(taken, grant, page, index);
        }
    }

    /** Until its lease has ended, and long enough for somebody else to come. */
    private void fallAsleep() {
        time.advance(TTL);
        for (int i = 0; i < 200 && !store.freeShards(ID).isEmpty(); i++) {
            Thread.yield();
        }
    }

    private boolean ended() {
        return store.progress(ID).orElseThrow().state().isEnd();
    }

    private ProgressStore.Launch create(int shards) {
        return store.create(
                FanOutSpec.builder(ID, "h", Notification.alert("a", "b")).build(),
                IntStream.range(0, shards).mapToObj(i -> "s" + i).toList(),
                OptionalLong.empty());
    }

    private <T> List<T> together(Callable<T> call) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            futures.add(executor.submit(() -> {
                go.await();
                return call.call();
            }));
        }
        go.countDown();
        List<T> answers = new ArrayList<>();
        for (Future<T> future : futures) {
            answers.add(future.get(20, TimeUnit.SECONDS));
        }
        return answers;
    }
}
