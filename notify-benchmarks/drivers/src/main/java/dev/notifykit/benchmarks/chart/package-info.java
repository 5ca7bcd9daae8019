/**
 * Draws figures: a {@link dev.notifykit.benchmarks.chart.Chart} of some {@link dev.notifykit.benchmarks.chart.Panel panels} becomes an SVG. It knows nothing of
 * what was measured. Equal charts make equal files.
 */
@NullMarked
package dev.notifykit.benchmarks.chart;

import org.jspecify.annotations.NullMarked;
