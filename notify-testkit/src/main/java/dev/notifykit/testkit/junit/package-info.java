/**
 * A JUnit 5 extension that starts what a test needs, stops it, and fails the test that leaves threads or connections behind.
 *
 * <p>Start at {@link dev.notifykit.testkit.junit.NotifyKitExtension}; {@link dev.notifykit.testkit.junit.Leaks} is its check for leaks
 * alone, for any other test framework.
 */
@NullMarked
package dev.notifykit.testkit.junit;

import org.jspecify.annotations.NullMarked;
