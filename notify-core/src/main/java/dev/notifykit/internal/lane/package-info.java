/**
 * The engine of a lane. {@link dev.notifykit.internal.lane.Lane} is one actor: everything it owns (queue, permits, rate, breaker,
 * budget, guard) is touched by its own messages only, so none of it has a lock. What several lanes share, the
 * {@link dev.notifykit.internal.lane.Sender}, has one.
 */
@NullMarked
package dev.notifykit.internal.lane;

import org.jspecify.annotations.NullMarked;
