package dev.notifykit.testkit.journal;

import java.util.Map;

/**
 * What a simulator saw on its connections since it started. Immutable.
 *
 * @param requests complete requests
 * @param connections connections accepted so far
 * @param openConnections connections open now
 * @param inFlight requests now waiting for their reply (silent ones are not waiting)
 * @param maxInFlight the most of these at one time, over all connections
 * @param maxConcurrentStreams the most streams open at one time on one connection
 * @param unprocessed requests that were complete and ended without being processed: GOAWAY, dropped connection
 * @param replies what was sent, by kind: {@code "200"}, a reason such as {@code "Unregistered"}, {@code "silence"}, {@code "reset"},
 *     {@code "goaway"}, {@code "drop"}
 * @param refusals requests that broke a rule of the vendor, by the reason they were refused with
 */
public record Traffic(
        long requests,
        int connections,
        int openConnections,
        int inFlight,
        int maxInFlight,
        int maxConcurrentStreams,
        long unprocessed,
        Map<String, Long> replies,
        Map<String, Long> refusals) {
    /** Copies the maps. */
    public Traffic {
        replies = Map.copyOf(replies);
        refusals = Map.copyOf(refusals);
    }
}
