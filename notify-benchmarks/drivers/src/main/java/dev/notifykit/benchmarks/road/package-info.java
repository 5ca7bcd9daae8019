/**
 * The road alone, without a wire: {@link dev.notifykit.benchmarks.road.RoadBenchmark}, a JMH benchmark over a provider that answers at
 * once.
 */
@NullMarked
package dev.notifykit.benchmarks.road;

import org.jspecify.annotations.NullMarked;
