package dev.notifykit.testkit.internal.server;

import dev.notifykit.testkit.credentials.TestCertificates;

/**
 * How a server behaves towards connections.
 *
 * @param port 0 for an ephemeral one
 * @param threads event loop threads
 * @param certificates the server's own
 * @param clientCertificates whether to ask clients for one of the same authority
 * @param maxConcurrentStreams limit of streams per connection
 * @param oneStreamUntilAdmitted whether that limit is 1 until a connection's first valid request
 * @param goAwayAfter GOAWAY with this request of a connection; 0: never
 * @param goAwayProcessed whether what is in flight then is processed
 * @param withheldSettings how many connections, from the first on, never get a SETTINGS frame
 * @param recordedRequests how many of the last requests are kept
 */
public record ServerSettings(
        int port,
        int threads,
        TestCertificates certificates,
        boolean clientCertificates,
        int maxConcurrentStreams,
        boolean oneStreamUntilAdmitted,
        int goAwayAfter,
        boolean goAwayProcessed,
        int withheldSettings,
        int recordedRequests) {}
