/** Load drivers, run by hand. */
@NullMarked
package dev.notifykit.testkit.load;

import org.jspecify.annotations.NullMarked;
