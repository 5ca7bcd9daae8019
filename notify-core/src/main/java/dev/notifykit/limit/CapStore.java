package dev.notifykit.limit;

import java.util.concurrent.CompletionStage;

/**
 * Remembers what each device got lately, so that it does not get more than its {@link DeviceCap}. A place is reserved before an attempt, and refunded when the
 * attempt has surely brought nothing to the device. The window rolls: a place counts from its reservation until it is as old as the window.
 *
 * <ul>
 *   <li><b>Reserve.</b> A request that has a place keeps it, also above the cap: its time and its mark are now those of this reservation. Another one gets a place
 *       while fewer than {@link DeviceCap#most()} are taken. Repeated, it answers the same and takes nothing more.
 *   <li><b>Refund.</b> Frees the request's place, if the last reservation is this one. Repeated, it does nothing.
 *   <li>Cap and window are as each reservation says; what is older than its window does not count for it, and may be forgotten by it.
 * </ul>
 *
 * <p>Thread-safe. No method blocks: calls end in the stage they return, on whatever thread the store has, so that an implementation can let many ride
 * together. A stage that fails (with {@link LimitUnavailableException}, or anything else) means that the store cannot say; null is thrown at
 * the caller at once. The clock is the store's own.
 */
public interface CapStore extends AutoCloseable {

    /**
     * Reserves a place.
     *
     * @param place for which attempt
     * @param cap as of now
     * @return false: the device has had its share, and nothing was taken
     */
    CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap);

    /**
     * Gives a place back.
     *
     * @param place as it was reserved
     * @return false: there is no such place, or a later attempt has it
     */
    CompletionStage<Boolean> refund(Reservation place);

    /** Frees what the store itself has opened; calls fail from then on. Idempotent. */
    @Override
    void close();
}
