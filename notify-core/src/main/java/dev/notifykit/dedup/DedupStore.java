package dev.notifykit.dedup;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Remembers what was said, in two phases: a <em>claim</em> before anything is sent, and a <em>confirm</em> or a <em>release</em> when it has
 * ended. So neither a crash nor a failed send between the two makes the next attempt a duplicate: a claim that is not confirmed is taken over
 * when its lease ends.
 *
 * <p>For each key the store keeps the newest content that was confirmed (hash, version, the targets that ended), the claim that is held,
 * if any, and the claims that a correction has superseded and whose holders have not ended yet. A verdict compares a key with the
 * newest that is known of its event: the claim that is held or, when there is none, what was confirmed.
 *
 * <table>
 *   <caption>Verdicts, first match</caption>
 *   <tr><td>the asker holds the claim</td><td>its verdict of before; the lease begins anew</td></tr>
 *   <tr><td>a version lower than one known</td><td>{@link Claim.Stale}</td></tr>
 *   <tr><td>held by another, same content</td><td>{@link Claim.InFlight}</td></tr>
 *   <tr><td>held by another, other content</td><td>{@link Claim.Correction}, and the other is superseded</td></tr>
 *   <tr><td>confirmed, same content, complete</td><td>{@link Claim.Duplicate}</td></tr>
 *   <tr><td>confirmed, same content, not complete</td><td>{@link Claim.New} with the targets that ended</td></tr>
 *   <tr><td>confirmed, other content</td><td>{@link Claim.Correction}</td></tr>
 *   <tr><td>nothing, or a claim whose lease has ended</td><td>{@link Claim.New}</td></tr>
 * </table>
 *
 * <p>Thread-safe. No method blocks: calls end in the stage they return, on whatever thread the store has, so that an implementation can
 * let many ride together. A stage that fails (with {@link DedupUnavailableException}, or anything else) means that the store cannot
 * say. Every method may be repeated by the same owner without another effect, since a client of a remote store repeats calls whose answer was
 * lost. Times are the store's own; callers pass durations.
 */
public interface DedupStore extends AutoCloseable {

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
     * Extends a claim's lease, also one that has ended and was not taken over.
     *
     * @param key the claimed key
     * @param owner its holder
     * @param terms as of now
     * @return what has become of it
     */
    CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms);

    /**
     * Ends a claim: it was said. A superseded holder's confirm counts as well, as long as nothing newer was confirmed.
     *
     * @param key the claimed key
     * @param owner its holder
     * @param ends how the targets ended; added to what earlier claims of the same content confirmed
     * @param ttl how long this is remembered
     * @return false: the claim was lost, and nothing was noted. Repeated it answers as before, as long as nobody else has claimed or
     *     confirmed the key since
     */
    CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl);

    /**
     * Ends a claim: it was not said. What had been confirmed before stays.
     *
     * @param key the claimed key
     * @param owner its holder, superseded or not
     * @return false: there was nothing to give back
     */
    CompletionStage<Boolean> release(DedupKey key, ClaimOwner owner);

    /** Frees what the store itself has opened. Idempotent. */
    @Override
    void close();
}
