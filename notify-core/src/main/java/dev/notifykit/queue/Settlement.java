package dev.notifykit.queue;

import dev.notifykit.result.SendResult;
import java.time.Duration;

/** What became of a started delivery. Immutable. */
public sealed interface Settlement {

    /**
     * Which delivery.
     *
     * @return the delivery
     */
    Delivery delivery();

    /**
     * It has its result.
     *
     * @param delivery the delivery
     * @param result how it ended
     * @param said whether its target counts as told at the message's key; false: it may be told again
     */
    record Ended(Delivery delivery, SendResult result, boolean said) implements Settlement {}

    /**
     * It waits.
     *
     * @param delivery as it is to go on
     * @param delay for how long; zero: it goes to the end of its lane's queue
     * @param attempted whether an attempt was made since it was fetched, and survived: it is above suspicion, and its starts are counted anew; false: this start does not
     *     count, those before it do
     * @param maybeTwice whether its next attempt may be a duplicate, which is counted
     */
    record Parked(Delivery delivery, Duration delay, boolean attempted, boolean maybeTwice) implements Settlement {}

    /**
     * It could not be delivered.
     *
     * @param delivery the delivery
     * @param letter what is kept of it
     */
    record Dead(Delivery delivery, DeadLetter letter) implements Settlement {}
}
