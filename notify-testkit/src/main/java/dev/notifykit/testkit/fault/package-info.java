/**
 * A TCP proxy that stands between a client and a server, and fails as networks do.
 *
 * <p>Start at {@link dev.notifykit.testkit.fault.FaultProxy}: conditions that last until {@code heal()} are its methods; what befalls
 * single requests is planned through {@link dev.notifykit.testkit.fault.NextRequest}; what happened stands in
 * {@link dev.notifykit.testkit.fault.ProxyTraffic}. It moves bytes and knows no protocol, so TLS goes through it as it is.
 */
@NullMarked
package dev.notifykit.testkit.fault;

import org.jspecify.annotations.NullMarked;
