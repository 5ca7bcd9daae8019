/** A TCP proxy that stands between a client and a server, and fails as networks do. */
@NullMarked
package dev.notifykit.testkit.fault;

import org.jspecify.annotations.NullMarked;
