package dev.notifykit.testkit.contract;

import dev.notifykit.queue.WorkQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link WorkQueue} has to keep. A queue's test extends this class and says how an empty queue is made, which dedup store shares
 * its keys, and how time passes for both:
 *
 * <pre>{@code
 * class MyWorkQueueTest extends WorkQueueContract {
 *     private final ManualTime time = ManualTime.create();
 *     private MyStores stores;
 *
 *     protected WorkQueue createQueue(int partitions, int backlog, int letters) {
 *         stores = new MyStores(time);
 *         return stores.queue(partitions, backlog, letters);
 *     }
 *
 *     protected DedupStore dedupStore() {
 *         return stores.dedup();
 *     }
 *
 *     protected void passTime(Duration by) {
 *         time.advance(by);
 *     }
 * }
 * }</pre>
 *
 * <p>The rules are one test each: {@link QueueSubmitRules}, {@link QueueLeaseRules}, {@link QueueFetchRules},
 * {@link QueueExpandRules}, {@link QueueSettleRules}, {@link QueueClaimRules}, {@link QueueDueRules}, {@link QueueReplayRules} and {@link QueueLetterRules}.
 *
 * <p>After every call the law is checked: deliveries that were made = results + queued + parked + started + dead letters. JUnit makes a new instance for
 * every test.
 */
public abstract class WorkQueueContract extends QueueLetterRules {

    /** For subclasses; JUnit makes one instance per test. */
    protected WorkQueueContract() {}

    // Many at once, and at random

    /**
     * Submitters and owners who replace one another end every delivery once.
     *
     * @return one test for each seed
     */
    @TestFactory
    public Stream<DynamicTest> ownersWhoReplaceOneAnotherEndEveryDeliveryOnce() {
        return Seeds.tests(seed -> {
            make(QueueRace.PARTITIONS, PLENTY, PLENTY);
            new QueueRace(queue(), this::passTime, lease(), patience()).run(seed);
        });
    }

    /**
     * The queue answers as the reference does.
     *
     * @return one test for a long history, and one for each of some short ones
     */
    @TestFactory
    public Stream<DynamicTest> doesWhatTheReferenceDoes() {
        return Seeds.histories(modelSteps(), (seed, steps) -> {
            make(1, QueueModel.BACKLOG, QueueModel.LETTERS);
            new QueueModel(queue(), this::passTime, lease(), seed).run(steps);
        });
    }
}
