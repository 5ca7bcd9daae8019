/**
 * Limits that instances share: {@link dev.notifykit.limit.RateStore}, how many attempts a second, and {@link dev.notifykit.limit.CapStore}, how
 * many notifications a device gets. A host sets them in {@code LaneLimits} and by {@code senderRate}; here is where they are kept. Read
 * {@link dev.notifykit.limit.Gcra} for what a rate means.
 */
@NullMarked
package dev.notifykit.limit;

import org.jspecify.annotations.NullMarked;
