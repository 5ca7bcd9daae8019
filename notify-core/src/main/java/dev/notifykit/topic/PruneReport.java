package dev.notifykit.topic;

/**
 * What a step of pruning has found. Immutable.
 *
 * @param topics how many topics that have ended were given up for good, or would be
 * @param members how many subscriptions of topics that have ended were removed, or would be
 * @param more whether the step stopped at its limit
 */
public record PruneReport(int topics, int members, boolean more) {}
