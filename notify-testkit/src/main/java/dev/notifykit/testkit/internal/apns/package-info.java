/** What APNs demands of a request and how its answers look. */
@NullMarked
package dev.notifykit.testkit.internal.apns;

import org.jspecify.annotations.NullMarked;
