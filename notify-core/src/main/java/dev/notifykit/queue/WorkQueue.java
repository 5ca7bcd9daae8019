package dev.notifykit.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where submitted messages wait and are worked on, so that whoever works on them can be replaced at any moment. The SPI behind
 * {@code PushClient.submit} and {@link DeadLetters}.
 *
 * <p>The queue is divided in partitions; a message stays in the partition of its dedup key. Each partition is worked on by one instance at a
 * time, its <em>owner</em>, under a lease. What a message goes through:
 *
 * <pre>
 *   submit ─┬─ intake ── expand ─┐
 *           └────────────────────┴─► lane queue, by urgency ── fetch: started ──┬─ settle: ended
 *                  parked, or not due yet ──►        ▲                          ├─ settle: parked
 *                                                    └── replay ── dead letter ◄┴─ settle: dead
 * </pre>
 *
 * <p><b>Dedup.</b> {@link #submit} judges a message by its {@link Submission#key() key} as {@link dev.notifykit.dedup.DedupStore#claim} does, in the same step that
 * stores it, with {@link dev.notifykit.dedup.ClaimOwner#of(dev.notifykit.push.MessageId)} as the owner and a lease that does not end while the message is here. With the last target that ends, the claim ends in
 * the same step: confirmed with the targets whose end counts as said, released when there is none. A dead letter keeps its claim confirmed;
 * purging it releases its target. A dedup store that shares its keys with this queue sees the same claims.
 *
 * <p><b>Law:</b> per partition, at any moment, deliveries that were made = results + queued + parked + started + dead letters, each counted on its own, see
 * {@link QueueState}. <b>Started</b> is what was fetched and not settled; a new owner fetches it again, in any order, with
 * {@link Started#starts()} one higher, and counts it once in {@link QueueState#possibleDuplicates()}. What the same owner has fetched does not come to it
 * again before it has parked it.
 *
 * <p><b>Thread safety:</b> all methods, from many threads and instances; for one lease, one call at a time. <b>Blocking:</b> allowed; called on worker threads
 * only, but {@link #submit} on the host's. <b>Repetition:</b> every call may be repeated with the same arguments, after whatever exception, and changes
 * nothing more; a repeated {@link #fetch} after an exception answers what the lost one did. <b>Time:</b> the store's own clock counts; callers
 * pass durations. <b>Errors:</b> {@link PartitionLostException} for a superseded lease; {@link QueueUnavailableException} means that nothing is
 * known, and the caller repeats. What is stored and cannot be read is made a dead letter ({@link DeadLetter.Why#CORRUPT}), unless a newer build wrote it; then it waits.
 */
public interface WorkQueue extends AutoCloseable {

    /** How many due entries one fetch moves to their lanes at most, so that no call takes long. */
    int DUE_AT_ONCE = 100;

    /**
     * Whether other instances see what is stored here.
     *
     * @return false for a queue in memory
     */
    boolean shared();

    /**
     * In how many partitions it is divided.
     *
     * @return the same for every instance, always; partitions are numbered from 0
     */
    int partitions();

    // ---- producers

    /**
     * Stores messages, those that are new or corrections. The limit on the backlog is looked at before anything of a message is written.
     *
     * @param submissions the messages; each for itself
     * @return what became of each, in the same order. A message that is here already, or has ended within its time to live, answers as it did at first; how many are ahead is as of now
     * @throws NotReplicatedException when too few replicas have acknowledged it in time, where the store was told to wait for them
     * @throws QueueUnavailableException when it is not known what became of some; submitting the same messages again is safe
     */
    List<Submitted> submit(List<Submission> submissions);

    // ---- owners

    /**
     * Says that an instance takes part.
     *
     * @param instance unique to this client, not only to this host
     * @param ttl until when it counts, unless it says so again
     * @return how many instances take part, this one included
     */
    int attend(String instance, Duration ttl);

    /**
     * Takes it back: the others share its partitions.
     *
     * @param instance which
     */
    void leave(String instance);

    /**
     * Takes a partition.
     *
     * @param partition which
     * @param instance who takes it
     * @param ttl how long the lease lasts unless it is renewed
     * @return the lease; empty while another's runs. The same instance asking again gets a new one, and its old one is superseded
     */
    Optional<PartitionLease> acquire(int partition, String instance, Duration ttl);

    /**
     * Keeps a partition.
     *
     * @param lease the lease
     * @param ttl how long it lasts from now
     */
    void renew(PartitionLease lease, Duration ttl);

    /**
     * Gives a partition back, so that another takes it at once. What is started stays so; park what was not attempted before. A lease that was lost already is no error here.
     *
     * @param lease the lease
     */
    void release(PartitionLease lease);

    /**
     * Takes work, as much as is wanted: messages to expand, oldest first, and deliveries, oldest first per lane and urgency. Entries whose time has come are moved to
     * their lanes before, {@value #DUE_AT_ONCE} at most. A message stays in the intake until it is expanded, and is not answered twice under one lease.
     *
     * @param lease the lease
     * @param demand how much
     * @return what there is; never waits for more
     */
    Fetched fetch(PartitionLease lease, Demand demand);

    /**
     * Replaces messages of the intake by their deliveries, or ends them. A message that is not in the intake any more is passed over.
     *
     * @param lease the lease
     * @param expansions for each message what becomes of it
     */
    void expand(PartitionLease lease, Collection<Expansion> expansions);

    /**
     * Notes what became of started deliveries, all or nothing but for {@link Settlement.Dead letters} without room. A delivery that is not started any more is passed over.
     *
     * @param lease the lease
     * @param settlements for each delivery what became of it
     * @return how many letters found no room: their deliveries are still started
     */
    int settle(PartitionLease lease, Collection<Settlement> settlements);

    /**
     * Notes that a started delivery will be attempted with nothing else in flight, because it is suspected of ending the process.
     *
     * @param lease the lease
     * @param delivery which
     */
    void alone(PartitionLease lease, Delivery delivery);

    // ---- everybody

    /**
     * How much there is.
     *
     * @return the sum over all partitions, read one after the other
     */
    QueueState state();

    /**
     * Keeps what could not be delivered outside of the queue, for instance a row of a fan-out. No claim belongs to it.
     *
     * @param letters at most a few hundred; one whose request id lies here already is passed over
     * @return how many found no room
     */
    int bury(List<DeadLetter> letters);

    /**
     * Dead letters, in an order of the store's own that does not change.
     *
     * @param cursor where the page before ended; null: the first
     * @param limit how many at most, at least 1
     * @return the page
     */
    DeadLetters.Page letters(DeadLetters.@Nullable Cursor cursor, int limit);

    /**
     * Makes deliveries of letters again, with no attempts behind them. Their targets' claims are held again.
     *
     * @param ids the letters
     * @return for each what became of it, in the same order
     */
    List<DeadLetters.Replayed> replay(List<DeadLetter.Id> ids);

    /**
     * Forgets letters; their targets may be told again.
     *
     * @param ids the letters
     * @return how many there were
     */
    int purge(List<DeadLetter.Id> ids);

    /** Frees what the store itself has opened. Idempotent. */
    @Override
    void close();
}
