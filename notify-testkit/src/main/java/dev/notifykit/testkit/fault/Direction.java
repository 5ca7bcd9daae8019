package dev.notifykit.testkit.fault;

/** One of the two ways through the proxy. */
public enum Direction {
    /** Client to server: requests. */
    TO_SERVER,
    /** Server to client: replies. */
    TO_CLIENT
}
