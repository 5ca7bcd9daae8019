/**
 * An HTTP/2 server that can misbehave. {@link dev.notifykit.testkit.internal.server.SimulatorServer} listens,
 * {@code SimulatorConnection} carries out one connection's replies, and a
 * {@link dev.notifykit.testkit.internal.server.Vendor} knows the rules and the shapes of one provider.
 */
@NullMarked
package dev.notifykit.testkit.internal.server;

import org.jspecify.annotations.NullMarked;
