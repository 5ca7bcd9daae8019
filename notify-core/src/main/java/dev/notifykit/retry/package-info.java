/**
 * When a request is tried again: {@link dev.notifykit.retry.RetryPolicy} and the decisions it makes. Pure functions: no threads,
 * no clock.
 */
@NullMarked
package dev.notifykit.retry;

import org.jspecify.annotations.NullMarked;
