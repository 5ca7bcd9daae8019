package dev.notifykit.device;

import org.jspecify.annotations.Nullable;

/**
 * What one step of a repair has found. Immutable.
 *
 * @param examined how many entries it looked at
 * @param dangling how many of them pointed to nothing, and were removed unless it was a dry run
 * @param next where the next step begins; null: the repair is over. It names no user and no token
 */
public record RepairReport(
        int examined, int dangling, @Nullable String next) {}
