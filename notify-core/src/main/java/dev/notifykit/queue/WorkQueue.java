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
 * stores it, with {@link dev.notifykit.dedup.ClaimOwner#of(dev.notifykit.push.MessageId)} as the owner. A dedup store that shares its keys with this queue sees the same claims.
 *
 * <ul>
 *   <li>A claim has no lease that could end while the message is here. With the last target that ends, it ends in the same step: confirmed with the
 *       targets whose end counts as said, complete if they are all; released when there is none. Then the submission's time to live begins.
 *   <li>Whatever holds its key no longer, because a correction of it was submitted or sent since, is <em>superseded</em>, also when the
 *       correction is forgotten by now.
 *   <li>Corrections are never kept waiting: where {@value dev.notifykit.dedup.DedupStore#MAX_SUPERSEDED} superseded claims are at work, submitting another ends the oldest of them.
 *   <li>A delivery to a target that has its end under an earlier claim of the same content is made, and ends at once as {@link dev.notifykit.result.SendResult.Suppressed}.
 *   <li>A dead letter counts as said, for its claim's time to live; purging it releases its target.
 * </ul>
 *
 * <p><b>Law:</b> per partition, at any moment, deliveries that were made = results + queued + parked + started + dead letters, each counted on its own, see
 * {@link QueueState}. <b>Started</b> is what was fetched and not settled; under a new lease it is fetched again, in any order, with
 * {@link Started#starts()} one higher, and counted once in {@link QueueState#possibleDuplicates()}. What was fetched under a lease does not come again under
 * it before it was parked.
 *
 * <p><b>Names.</b> A message's id names it, a request's id a delivery: what is handed in under the id of a message that is here is taken for that one, and
 * no two deliveries that are here have the same id.
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
     * @return what became of each, in the same order. A message that is here already (a target of it has no end) answers as it did at first, as does one whose
     *     targets have all ended as said, dead letters among them, within its time to live and as long as nothing else was said under its key; how many are ahead is as of now. One that was released in whole or part is judged anew. What is a
     *     duplicate or stale is so in a full queue, too
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
     * Keeps a partition. A lease that has run out is still its holder's until another takes the partition.
     *
     * @param lease the lease
     * @param ttl how long it lasts from now
     */
    void renew(PartitionLease lease, Duration ttl);

    /**
     * Gives a partition back, so that another takes it at once; no other call with the lease is good any more. What is started stays so; park what was not attempted before.
     * A lease that was lost already is no error here.
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
     * Replaces messages of the intake by their deliveries, at the end of their lanes, or ends them. A message that is not in the intake any more is passed over.
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
     * Keeps what could not be delivered outside of the queue, for instance a row of a fan-out. No claim belongs to it: its delivery has no key.
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
     * Makes deliveries of letters again, with no attempts behind them, at the end of their lanes. Their messages hold their keys again, unless something else was said since, or
     * the same by another message: then they stay letters.
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
