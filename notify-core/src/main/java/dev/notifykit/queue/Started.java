package dev.notifykit.queue;

/**
 * A delivery that was fetched. Immutable.
 *
 * @param delivery the delivery
 * @param starts how often it was fetched, this time included, since it was last parked {@linkplain Settlement.Parked#attempted() after an attempt}; starts that were parked
 *     without one do not count. More than one says that owners died or fell silent with it
 * @param diedAlone whether under an earlier lease it was noted that it runs {@link WorkQueue#alone alone}, and it was not settled; forgotten as the starts are
 * @param superseded whether a correction of its message was submitted or sent since: it must not be attempted
 * @param correction whether its message is one: what it corrects may be in flight at this same owner. Says nothing of one that is superseded
 */
public record Started(Delivery delivery, int starts, boolean diedAlone, boolean superseded, boolean correction) {}
