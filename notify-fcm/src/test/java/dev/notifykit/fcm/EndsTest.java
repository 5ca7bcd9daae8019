package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fcm.FcmTransport.Outcome;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Whatever those who are told do, all are told, and never on the thread of the network. */
class EndsTest {

    private static final Outcome OUTCOME = new Outcome.Unsent("test");

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Three come together; the first waits for the last, as a host may that waits for all of its futures. */
    @Test
    void whoeverBlocksHoldsUpNobodyElse() {
        Queue<Runnable> workers = new ConcurrentLinkedQueue<>();
        CountDownLatch together = new CountDownLatch(1);
        Ends ends = new Ends(task -> {
            if (together.getCount() > 0) {
                workers.add(task);
            } else {
                Workers.daemons("worker-").newThread(task).start();
            }
        });
        CountDownLatch last = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(3);
        ends.tell(
                outcome -> {
                    await(last);
                    all.countDown();
                },
                OUTCOME);
        ends.tell(outcome -> all.countDown(), OUTCOME);
        ends.tell(
                outcome -> {
                    last.countDown();
                    all.countDown();
                },
                OUTCOME);
        assertThat(workers).as("one is woken for all").hasSize(1);
        together.countDown();
        workers.forEach(task -> Workers.daemons("worker-").newThread(task).start());
        await(all);
    }

    @Test
    void whoeverFailsHarmsNobodyElse() {
        Queue<Runnable> workers = new ConcurrentLinkedQueue<>();
        Ends ends = new Ends(workers::add);
        CountDownLatch told = new CountDownLatch(2);
        ends.tell(
                outcome -> {
                    throw new AssertionError("the host's own");
                },
                OUTCOME);
        ends.tell(outcome -> told.countDown(), OUTCOME);
        while (!workers.isEmpty()) {
            workers.remove().run();
        }
        ends.tell(outcome -> told.countDown(), OUTCOME);
        while (!workers.isEmpty()) {
            workers.remove().run();
        }
        assertThat(told.getCount()).isZero();
    }

    @Test
    void withoutAWorkerItIsTheThreadOfNobody() {
        Ends ends = new Ends(task -> {
            throw new RejectedExecutionException("closed");
        });
        AtomicReference<Thread> teller = new AtomicReference<>();
        CountDownLatch told = new CountDownLatch(1);
        ends.tell(
                outcome -> {
                    teller.set(Thread.currentThread());
                    told.countDown();
                },
                OUTCOME);
        await(told);
        assertThat(teller.get().getName()).startsWith("notify-fcm-close-");
        assertThat(teller.get().isDaemon()).isTrue();
    }
}
