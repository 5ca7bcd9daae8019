/**
 * What every provider and every host speaks: {@link dev.notifykit.push.PushService}, the request it takes and the response it
 * gives. Read {@link dev.notifykit.push.PushService} first, then {@link dev.notifykit.push.PushRequest} and
 * {@link dev.notifykit.push.PushResponse}. Nothing in here knows of lanes, retries or stores.
 */
@NullMarked
package dev.notifykit.push;

import org.jspecify.annotations.NullMarked;
