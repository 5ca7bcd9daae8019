/**
 * A whole campaign, to run and to copy from: {@link dev.notifykit.examples.CampaignExample} is the program, and
 * {@code Campaign} the part that a host would write.
 */
@NullMarked
package dev.notifykit.examples;

import org.jspecify.annotations.NullMarked;
