/** Shared by the simulators' own packages; not exported. */
@NullMarked
package dev.notifykit.testkit.internal;

import org.jspecify.annotations.NullMarked;
