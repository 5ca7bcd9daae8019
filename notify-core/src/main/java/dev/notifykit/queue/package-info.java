/**
 * The durable road: messages are handed in, kept until every target of them has a result, and worked on by whichever instance owns their
 * partition. {@link dev.notifykit.queue.WorkQueue} is the SPI; what could not be delivered lies in {@link
 * dev.notifykit.queue.DeadLetters}.
 */
@NullMarked
package dev.notifykit.queue;

import org.jspecify.annotations.NullMarked;
