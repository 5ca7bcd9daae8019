/**
 * Firebase Cloud Messaging over its HTTP v1 API. Read {@link dev.notifykit.fcm.FcmPushService} first; a notification's own options
 * for FCM are {@link dev.notifykit.fcm.FcmOptions}.
 *
 * <p>Inside, one push is an {@code Attempt}: {@code MessageEncoder} makes the bytes, {@code AccessTokens} gives the credential,
 * {@link dev.notifykit.fcm.FcmTransport} is the wire, and {@code ResponseTable} says what an answer means.
 */
@NullMarked
package dev.notifykit.fcm;

import org.jspecify.annotations.NullMarked;
