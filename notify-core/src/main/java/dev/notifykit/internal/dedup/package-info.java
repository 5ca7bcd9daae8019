/**
 * Stages (2) and (6): a message claims its dedup key before it goes to its targets, and confirms or releases the claim at its end. Read
 * {@link dev.notifykit.internal.dedup.Claims} first.
 */
@NullMarked
package dev.notifykit.internal.dedup;

import org.jspecify.annotations.NullMarked;
