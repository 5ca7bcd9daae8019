/** Draws small figures and reads what was drawn. */
@NullMarked
package dev.notifykit.benchmarks.chart;

import org.jspecify.annotations.NullMarked;
