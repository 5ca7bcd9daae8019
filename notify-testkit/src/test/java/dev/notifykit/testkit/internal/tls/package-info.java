/** Tests of single classes. */
@NullMarked
package dev.notifykit.testkit.internal.tls;

import org.jspecify.annotations.NullMarked;
