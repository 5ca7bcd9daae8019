/** A server for tests that does with HTTP/2 what it is told: on real sockets, with TLS. */
@NullMarked
package dev.notifykit.http2.peer;

import org.jspecify.annotations.NullMarked;
