/**
 * NotifyKit: push notifications inside your own process. {@link dev.notifykit.PushClient} is the way in; then read
 * {@code dev.notifykit.push} for what is sent and {@code dev.notifykit.result} for what comes of it.
 */
@NullMarked
package dev.notifykit;

import org.jspecify.annotations.NullMarked;
