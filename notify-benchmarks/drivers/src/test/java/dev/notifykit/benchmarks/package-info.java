/** Keeps the benchmarks alive, and asserts no figures. */
@NullMarked
package dev.notifykit.benchmarks;

import org.jspecify.annotations.NullMarked;
