/**
 * Whole campaigns, to run and to copy from: {@link dev.notifykit.examples.CampaignExample} in one JVM, where {@code Campaign} is the part that
 * a host would write, and {@link dev.notifykit.examples.FleetExample} in several that share a Redis, where {@code FleetMember} is.
 */
@NullMarked
package dev.notifykit.examples;

import org.jspecify.annotations.NullMarked;
