package dev.notifykit.testkit.internal.apns;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/**
 * How strict this APNs is.
 *
 * @param clock its idea of now
 * @param bundleIds the only bundle ids it takes; empty: any
 * @param tokenUpdateInterval least time between two different JWTs on one connection; zero: not checked
 */
public record ApnsSettings(InstantSource clock, Set<String> bundleIds, Duration tokenUpdateInterval) {}
