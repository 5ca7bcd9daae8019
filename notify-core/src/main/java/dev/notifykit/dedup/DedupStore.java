package dev.notifykit.dedup;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Remembers what was said, in two phases: a <em>claim</em> before anything is sent, and a <em>confirm</em> or a <em>release</em> when it has
 * ended. So neither a crash nor a failed send between the two makes the next attempt a duplicate: a claim that is not confirmed is taken over
 * when its lease ends.
 *
 * <p>For each {@link DedupKey#id() id} the store keeps the newest content that was confirmed (hash, version, the targets that ended), the claim
 * that is held, if any, and the claims that a correction has superseded and whose holders have not ended yet. Grants of one id are numbered:
 * <em>newest</em> means the highest number among what was confirmed and the claims whose lease runs. An owner has one claim per id at most: granted
 * another content, its earlier claim is over.
 *
 * <table>
 *   <caption>Verdicts, first match</caption>
 *   <tr><td>the asker holds the claim, same content</td><td>its verdict of before, its parts as of now; lease and time to live begin anew, also when the lease had ended</td></tr>
 *   <tr><td>the asker's claim of the same content was superseded</td><td>{@link Claim.Stale}</td></tr>
 *   <tr><td>a version lower than one confirmed or claimed under a running lease</td><td>{@link Claim.Stale}</td></tr>
 *   <tr><td>the newest is another's claim, same content</td><td>{@link Claim.InFlight}</td></tr>
 *   <tr><td>the newest is a claim, other content</td><td>{@link Claim.Correction}; the claim that was held is superseded</td></tr>
 *   <tr><td>the same, and {@value #MAX_SUPERSEDED} superseded claims are at work</td><td>{@link Claim.InFlight} until the first of them ends</td></tr>
 *   <tr><td>the newest was confirmed, same content, complete</td><td>{@link Claim.Duplicate}</td></tr>
 *   <tr><td>the newest was confirmed, same content, not complete</td><td>{@link Claim.New} with the targets that ended</td></tr>
 *   <tr><td>the newest was confirmed, other content</td><td>{@link Claim.Correction}</td></tr>
 *   <tr><td>nothing, or a held claim whose lease has ended</td><td>{@link Claim.New}</td></tr>
 * </table>
 *
 * <ul>
 *   <li><b>Leases.</b> A held claim whose lease has ended is still its holder's until another is granted; nobody else is stopped by it. A
 *       superseded claim is over when its lease ends.
 *   <li><b>Superseded claims</b> also count as newest when the correction was released: their holders may have sent, and still confirm.
 *   <li><b>Versions.</b> What is confirmed keeps the highest version it ever had. Content that is known and comes with a higher version is still
 *       in flight, or a duplicate, and raises the version that is remembered with it.
 *   <li><b>Time to live.</b> Counted from the last grant, renewal or confirm of any claim of the id, and as long as that call says. Then the id is as if never seen.
 * </ul>
 *
 * <p>Thread-safe. No method blocks: calls end in the stage they return, on whatever thread the store has, so that an implementation can
 * let many ride together. A stage that fails (with {@link DedupUnavailableException}, or anything else) means that the store cannot
 * say; null and times that are not positive are thrown at the caller at once. Every method may be repeated by the same owner without another
 * effect, since a client of a remote store repeats calls whose answer was lost. Times are the store's own; callers pass durations.
 */
public interface DedupStore extends AutoCloseable {

    /** How many superseded claims of one id may be at work; further corrections wait. It bounds what a key can grow to. */
    int MAX_SUPERSEDED = 8;

    /**
     * Claims a key.
     *
     * @param key what is about to be said
     * @param owner who asks; repeated by the same owner while it holds the claim it answers as before
     * @param terms lease and time to live
     * @return the verdict
     */
    CompletionStage<Claim> claim(DedupKey key, ClaimOwner owner, ClaimTerms terms);

    /**
     * Extends a claim's lease: of one that is held, also when it has ended and was not taken over, and of one that was superseded and has not
     * ended, since its holder may have an attempt in flight.
     *
     * @param key the claimed key
     * @param owner its holder
     * @param terms as of now
     * @return what has become of it
     */
    CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms);

    /**
     * Ends a claim: it was said. A superseded holder's confirm counts as well, as long as nothing newer was confirmed. The confirm of a held
     * claim ends all that it superseded.
     *
     * @param key the claimed key
     * @param owner its holder
     * @param ends how the targets ended; added to what earlier claims of the same content confirmed, unless this one was a correction: then
     *     something else was said in between, and what had ended before says nothing any more
     * @param ttl how long this is remembered
     * @return false: the claim was lost or something newer is confirmed, and nothing was noted. Repeated, with whatever ends, it answers as
     *     before and notes nothing, as long as no other confirmed and the owner itself was granted nothing since
     */
    CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl);

    /**
     * Ends a claim: it was not said. What had been confirmed before stays.
     *
     * @param key the claimed key
     * @param owner its holder, superseded or not
     * @return false: there was nothing to give back, or not any more
     */
    CompletionStage<Boolean> release(DedupKey key, ClaimOwner owner);

    /** Frees what the store itself has opened; calls fail from then on. Idempotent. */
    @Override
    void close();
}
