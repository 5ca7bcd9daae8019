/** Tests of single classes. */
@NullMarked
package dev.notifykit.testkit.internal.journal;

import org.jspecify.annotations.NullMarked;
