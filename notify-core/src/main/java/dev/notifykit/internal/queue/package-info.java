/**
 * The engine of submitted messages. {@link dev.notifykit.internal.queue.SubmitRoad} hands them in;
 * {@link dev.notifykit.internal.queue.QueueEngine} takes partitions, each of which becomes a
 * {@link dev.notifykit.internal.queue.PartitionRun}: that is where to read on.
 */
@NullMarked
package dev.notifykit.internal.queue;

import org.jspecify.annotations.NullMarked;
