package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.message.Message;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of {@link WorkQueueContract} have in common: a queue, the dedup store beside it, time, and calls after each of which the law is checked. */
public abstract class QueueFixture {

    /** More than any test hands in that is not about a limit. */
    static final int PLENTY = 10_000;

    static final ClaimOwner SENDER = new ClaimOwner("sender");
    static final ClaimOwner ANOTHER_SENDER = new ClaimOwner("another-sender");

    private final List<AutoCloseable> made = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // made before each test
    private WorkQueue queue;

    @SuppressWarnings("NullAway.Init") // made before each test
    private DedupStore dedup;

    QueueFixture() {}

    /**
     * Makes an empty queue, apart from all others. Closed by the contract.
     *
     * @param partitions in how many parts it is divided
     * @param backlog how many messages and deliveries may be here when another is submitted
     * @param letters how many dead letters it holds
     * @return a new queue
     */
    protected abstract WorkQueue createQueue(int partitions, int backlog, int letters);

    /**
     * The dedup store that shares its keys with the queue that was made last. Closed by the contract, before the queue.
     *
     * @return a store; the same each time, or another one with the same keys
     */
    protected abstract DedupStore dedupStore();

    /**
     * Lets time pass for what was made. A store on a real clock waits, or shifts what it has written, while other threads may be calling it.
     *
     * @param by how much
     */
    protected abstract void passTime(Duration by);

    /**
     * How long leases last in these tests. Everything else that takes time is measured by it; on a real clock nothing may fall due by
     * the time that a test takes.
     *
     * @return 30 s when not overridden, the default of clients
     */
    protected Duration lease() {
        return Duration.ofSeconds(30);
    }

    /**
     * How many random calls a long history has; short ones have twice as many together.
     *
     * @return when not overridden 10,000, or 300 where the queue is shared: each step is some ten round trips then
     */
    protected int modelSteps() {
        return queue.shared() ? 300 : 10_000;
    }

    /**
     * How long, in real time, a race or one call may take before it counts as hung.
     *
     * @return two minutes when not overridden
     */
    protected Duration patience() {
        return Duration.ofMinutes(2);
    }

    /** Makes the queue of one test. */
    @BeforeEach
    public void makeTheQueue() {
        make(1, PLENTY, PLENTY);
    }

    /** The law holds whatever was done; closes what was made. */
    @AfterEach
    public void checkTheLawAndClose() throws Exception {
        try {
            state();
        } finally {
            for (AutoCloseable one : made) {
                one.close();
            }
        }
    }

    /** Another queue than the one there is, from now on. */
    final void make(int partitions, int backlog, int letters) {
        queue = createQueue(partitions, backlog, letters);
        dedup = dedupStore();
        made.add(dedup);
        made.add(queue);
    }

    final WorkQueue queue() {
        return queue;
    }

    final Duration half() {
        return lease().dividedBy(2);
    }

    final Duration ttl() {
        return lease().multipliedBy(4);
    }

    // ---- calls, and the law after each

    final QueueState state() {
        return lawful(queue.state());
    }

    static QueueState lawful(QueueState state) {
        long results =
                state.results().values().stream().mapToLong(Long::longValue).sum();
        long here = state.queued() + state.parked() + state.started() + state.deadLetters() - state.buried();
        assertEquals(
                state.made(), results + here, () -> "made = results + queued + parked + started + letters: " + state);
        assertAll(
                () -> assertTrue(state.intake() >= 0, "intake"),
                () -> assertTrue(state.queued() >= 0, "queued"),
                () -> assertTrue(state.parked() >= 0, "parked"),
                () -> assertTrue(state.started() >= 0, "started"),
                () -> assertTrue(state.buried() >= 0 && state.buried() <= state.deadLetters(), "buried"));
        return state;
    }

    final Submission toExpand(Message message) {
        return new Submission(message, List.of(), ttl(), Duration.ZERO);
    }

    final Submission to(Message message, int... targets) {
        return later(message, Duration.ZERO, targets);
    }

    final Submission later(Message message, Duration delay, int... targets) {
        return new Submission(message, QueueValues.deliveries(message, targets), ttl(), delay);
    }

    final Submitted submit(Submission submission) {
        List<Submitted> answers = queue.submit(List.of(submission));
        assertEquals(1, answers.size(), "one answer for each");
        state();
        return answers.get(0);
    }

    /** Submits something that must be new. */
    final void submitNew(Submission submission) {
        assertVerdict(Verdict.NEW, submit(submission));
    }

    /** A message without a key of its own for the first lane, once for each name. */
    final void submitNew(String... names) {
        for (String name : names) {
            submitNew(to(QueueValues.message(name, null), 1));
        }
    }

    enum Verdict {
        NEW,
        CORRECTION,
        DUPLICATE,
        STALE,
        FULL
    }

    static Verdict verdict(Submitted submitted) {
        if (submitted instanceof Submitted.Queued queued) {
            assertTrue(queued.ahead() >= 0, () -> submitted + " has fewer than none ahead");
            return queued.correction() ? Verdict.CORRECTION : Verdict.NEW;
        }
        if (submitted instanceof Submitted.Duplicate) {
            return Verdict.DUPLICATE;
        }
        if (submitted instanceof Submitted.Stale) {
            return Verdict.STALE;
        }
        return submitted instanceof Submitted.Full ? Verdict.FULL : fail("no such verdict: " + submitted);
    }

    static void assertVerdict(Verdict expected, Submitted actual) {
        assertEquals(expected, verdict(actual));
    }

    /** The lease on the only partition, for longer than any test lets pass. */
    final PartitionLease own() {
        return own("me");
    }

    final PartitionLease own(String instance) {
        return queue.acquire(0, instance, lease().multipliedBy(100)).orElseThrow();
    }

    final Fetched fetch(PartitionLease lease, int messages, int perLaneAndUrgency) {
        Fetched fetched = queue.fetch(lease, QueueValues.demand(messages, perLaneAndUrgency));
        state();
        return fetched;
    }

    /** All that there is. */
    final Fetched fetchAll(PartitionLease lease) {
        return fetch(lease, PLENTY, PLENTY);
    }

    /** The only delivery there is. */
    final Started fetchOne(PartitionLease lease) {
        Fetched fetched = fetchAll(lease);
        assertEquals(1, fetched.deliveries().size(), () -> "one delivery expected: " + fetched);
        return fetched.deliveries().get(0);
    }

    final void expand(PartitionLease lease, Expansion... expansions) {
        queue.expand(lease, List.of(expansions));
        state();
    }

    final void settle(PartitionLease lease, Settlement... settlements) {
        assertEquals(0, queue.settle(lease, List.of(settlements)), "letters without room");
        state();
    }

    /** All these end well. */
    final void deliver(PartitionLease lease, Fetched fetched) {
        settle(
                lease,
                fetched.deliveries().stream()
                        .map(started -> QueueValues.ended(started.delivery(), QueueValues.ACCEPTED))
                        .toArray(Settlement[]::new));
    }

    /** Fetches what there is, and all of it ends well. */
    final void deliverAll(PartitionLease lease) {
        deliver(lease, fetch(lease, 0, PLENTY));
    }

    final void assertState(long queued, long parked, long started, Map<Kind, Long> results) {
        QueueState state = state();
        assertAll(
                () -> assertEquals(queued, state.queued(), "queued"),
                () -> assertEquals(parked, state.parked(), "parked"),
                () -> assertEquals(started, state.started(), "started"),
                () -> assertEquals(results, state.results(), "results"));
    }

    // ---- the dedup store beside it

    final Claim claim(DedupKey key, ClaimOwner owner) {
        return answer(dedup.claim(key, owner, new ClaimTerms(lease(), ttl())));
    }

    /** What a sender of this key is told; what it is granted it gives back. */
    final Claim ask(DedupKey key) {
        Claim claim = claim(key, SENDER);
        if (DedupFixture.isGranted(claim)) {
            assertTrue(answer(dedup.release(key, SENDER)));
        }
        return claim;
    }

    /** A direct send. */
    final void send(DedupKey key, int... targets) {
        Claim claim = claim(key, SENDER);
        assertTrue(DedupFixture.isGranted(claim), () -> "granted expected, was " + claim);
        assertTrue(answer(dedup.confirm(key, SENDER, TargetEnds.all(QueueValues.digests(targets)), ttl())));
    }

    final boolean release(DedupKey key, ClaimOwner owner) {
        return answer(dedup.release(key, owner));
    }

    final void assertInFlight(DedupKey key) {
        Claim claim = ask(key);
        assertTrue(claim instanceof Claim.InFlight, () -> "in flight expected, was " + claim);
    }

    final void assertSaid(DedupKey key) {
        assertEquals(new Claim.Duplicate(), ask(key));
    }

    /** New for all but these. */
    final void assertNewExceptFor(DedupKey key, int... targets) {
        assertEquals(new Claim.New(QueueValues.digests(targets), false), ask(key));
    }

    final <T> T answer(CompletionStage<T> stage) {
        return Answers.get(stage, patience());
    }
}
