/**
 * Push notifications through Apple's service. Start with {@link dev.notifykit.apns.ApnsPushService}; what only Apple knows is said
 * with {@link dev.notifykit.apns.ApnsOptions}, and the channels of broadcasts are made with {@link dev.notifykit.apns.ApnsChannels}.
 *
 * <p>Inside: {@code RequestEncoder} makes of a request what travels, {@code Attempt} sees one push from pushy's queue to its answer,
 * {@code ReasonTable} says what each answer of Apple means, and {@code ConnectionKeeper} replaces connections that are worn out or
 * bound to a credential that Apple no longer believes. What pushy has no words for takes {@code Http2Wire} instead: there
 * {@code Http2Push} is one push, and {@code Http2Link} holds the connections.
 */
@NullMarked
package dev.notifykit.apns;

import org.jspecify.annotations.NullMarked;
