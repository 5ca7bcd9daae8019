package dev.notifykit.internal.queue;

import java.time.Duration;

/**
 * How this instance works on the queue.
 *
 * @param instance its name, unique
 * @param lease how long a partition is held without renewal
 */
public record QueueSettings(String instance, Duration lease) {}
