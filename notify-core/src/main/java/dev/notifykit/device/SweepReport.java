package dev.notifykit.device;

import org.jspecify.annotations.Nullable;

/**
 * What one step of a sweep has found. Immutable.
 *
 * @param examined how many devices it looked at
 * @param stale how many of them were stale, and were removed unless it was a dry run
 * @param next where the next step begins; null: the sweep is over. It names no user and no token
 */
public record SweepReport(int examined, int stale, @Nullable String next) {}
