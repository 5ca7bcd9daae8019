/**
 * How a request ends: {@link dev.notifykit.result.SendResult}, and the door through which a fan-out hands its results to the
 * host, {@link dev.notifykit.result.ResultSink}.
 */
@NullMarked
package dev.notifykit.result;

import org.jspecify.annotations.NullMarked;
