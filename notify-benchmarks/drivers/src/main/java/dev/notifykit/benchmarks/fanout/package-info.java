/** A fan-out in one JVM, with its progress in memory: {@link dev.notifykit.benchmarks.fanout.FanOutHeap}. */
@NullMarked
package dev.notifykit.benchmarks.fanout;

import org.jspecify.annotations.NullMarked;
