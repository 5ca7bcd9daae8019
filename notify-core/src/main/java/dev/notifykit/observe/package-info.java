/**
 * What a host can watch: {@link dev.notifykit.observe.PushListener} for events, {@link dev.notifykit.observe.Health} for a reading.
 * Watching never steers.
 */
@NullMarked
package dev.notifykit.observe;

import org.jspecify.annotations.NullMarked;
