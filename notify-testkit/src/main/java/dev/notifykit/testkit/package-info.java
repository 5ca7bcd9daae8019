/**
 * Simulators of the push providers for tests: real HTTP/2 over TLS on a loopback port, scripted by the test, strict as the vendor.
 *
 * <p>Start at {@link dev.notifykit.testkit.ApnsSimulator} and {@link dev.notifykit.testkit.FcmSimulator}; what they answer is a
 * {@link dev.notifykit.testkit.reply.Reply}; what they accepted stands in a {@link dev.notifykit.testkit.journal.Journal}. Both run in the
 * test's JVM or in one of their own ({@link dev.notifykit.testkit.SimulatorProcess}). They serve any client, not NotifyKit's alone.
 */
@NullMarked
package dev.notifykit.testkit;

import org.jspecify.annotations.NullMarked;
