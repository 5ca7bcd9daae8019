package dev.notifykit.testkit.fault;

/** What a network box does with the packets of a connection that it has forgotten. */
public enum IdleEnd {
    /** It drops them: neither end hears anything any more. Most NATs and cloud load balancers. */
    SILENT,
    /** It answers the first one with a reset. */
    RESET
}
