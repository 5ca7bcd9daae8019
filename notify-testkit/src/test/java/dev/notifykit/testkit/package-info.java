/** Tests of the simulators with clients that are not NotifyKit's. */
@NullMarked
package dev.notifykit.testkit;

import org.jspecify.annotations.NullMarked;
