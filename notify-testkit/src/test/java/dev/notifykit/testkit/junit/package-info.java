/** Test classes that leak, run by JUnit's own test kit. */
@NullMarked
package dev.notifykit.testkit.junit;

import org.jspecify.annotations.NullMarked;
