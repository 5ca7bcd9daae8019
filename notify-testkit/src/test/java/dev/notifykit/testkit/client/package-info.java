/** A small HTTP/2 client that says whatever a test wants, and tells everything it hears. */
@NullMarked
package dev.notifykit.testkit.client;

import org.jspecify.annotations.NullMarked;
