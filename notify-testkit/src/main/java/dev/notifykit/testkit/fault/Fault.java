package dev.notifykit.testkit.fault;

/** The kinds of faults, as {@link ProxyTraffic#faults()} counts them. What each does stands at the method that makes it. */
public enum Fault {
    /** {@link FaultProxy#delay}: one for each piece of data held back. */
    DELAY,
    /** {@link FaultProxy#bandwidth}: one for each wait of a direction of a connection. */
    BANDWIDTH,
    /** {@link FaultProxy#stall}: one for each connection. */
    STALL,
    /** {@link FaultProxy#halfOpen} and {@link FaultProxy#blackHole}: one for each connection. */
    HALF_OPEN,
    /** {@link FaultProxy#killIdle}: one for each connection, counted when it is used after it was forgotten. */
    IDLE_KILL,
    /** {@link FaultProxy#resetConnections}: one for each connection. */
    RESET,
    /** {@link NextRequest#dropReply}: one for each request, counted with the first byte that vanishes. */
    DROP_REPLY,
    /** {@link NextRequest#resetBefore}: one for each request. */
    RESET_BEFORE,
    /** {@link NextRequest#resetAfter}: one for each request. */
    RESET_AFTER,
    /** {@link NextRequest#truncateReply}: one for each request. */
    TRUNCATE_REPLY
}
