/** A JUnit 5 extension that starts what a test needs, stops it, and fails the test that leaves threads or connections behind. */
@NullMarked
package dev.notifykit.testkit.junit;

import org.jspecify.annotations.NullMarked;
