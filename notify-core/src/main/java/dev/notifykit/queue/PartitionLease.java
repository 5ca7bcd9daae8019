package dev.notifykit.queue;

/**
 * The right to work on one partition, until it ends. Every change shows it, and the store refuses one that has been superseded. Immutable.
 *
 * @param partition which, from 0
 * @param fence raised by every grant, and never the same again even if the store forgets the last grants
 */
public record PartitionLease(int partition, String fence) {}
