/**
 * Throw-away credentials for tests, made with the JDK alone: {@link dev.notifykit.testkit.credentials.TestCertificates} for TLS,
 * {@link dev.notifykit.testkit.credentials.TestSigningKey} for APNs and
 * {@link dev.notifykit.testkit.credentials.TestServiceAccount} for FCM. The simulators make their own unless given some.
 */
@NullMarked
package dev.notifykit.testkit.credentials;

import org.jspecify.annotations.NullMarked;
