/**
 * How a client keeps to its limits: {@link dev.notifykit.internal.limit.Permits} are what a lane takes before an attempt, of its own rate and of those that it
 * shares; {@link dev.notifykit.internal.limit.Caps} asks whether a device may get one more.
 */
@NullMarked
package dev.notifykit.internal.limit;

import org.jspecify.annotations.NullMarked;
