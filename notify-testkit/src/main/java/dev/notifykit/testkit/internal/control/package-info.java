/** What {@link dev.notifykit.testkit.SimulatorMain} is made of: its options, its files and the endpoint other processes read. */
@NullMarked
package dev.notifykit.testkit.internal.control;

import org.jspecify.annotations.NullMarked;
