/**
 * For the unit tests of hosts, providers and of this library: {@link dev.notifykit.testing.FakePushService} in place of a vendor and
 * {@link dev.notifykit.testing.ManualTime} in place of the clock. Nothing here needs a test framework.
 */
@NullMarked
package dev.notifykit.testing;

import org.jspecify.annotations.NullMarked;
