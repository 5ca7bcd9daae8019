/**
 * The one clock of the library, {@link dev.notifykit.time.TimeSource}: readings and timers, injected everywhere, so that a test
 * can move time by hand.
 */
@NullMarked
package dev.notifykit.time;

import org.jspecify.annotations.NullMarked;
