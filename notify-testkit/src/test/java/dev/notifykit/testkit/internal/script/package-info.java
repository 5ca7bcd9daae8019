/** Tests of single classes. */
@NullMarked
package dev.notifykit.testkit.internal.script;

import org.jspecify.annotations.NullMarked;
