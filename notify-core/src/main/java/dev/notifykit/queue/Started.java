package dev.notifykit.queue;

/**
 * A delivery that was fetched. Immutable.
 *
 * @param delivery the delivery
 * @param starts how many owners have fetched it and not settled it, this one included: more than one says that owners died or fell silent with it
 * @param diedAlone whether an owner before had noted that it runs {@link WorkQueue#alone alone}, and did not settle it
 * @param superseded whether a correction of its message was submitted since: it must not be attempted
 * @param correction whether its message is one: what it corrects may be in flight at this same owner
 */
public record Started(Delivery delivery, int starts, boolean diedAlone, boolean superseded, boolean correction) {}
