/** What FCM HTTP v1 and Google's token endpoint demand of a request and how their answers look. */
@NullMarked
package dev.notifykit.testkit.internal.fcm;

import org.jspecify.annotations.NullMarked;
