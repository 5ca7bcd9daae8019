package dev.notifykit.push;

/**
 * Where a target is registered. APNs keeps two worlds apart, and a token of one is a bad token in the other; providers that have
 * only one world use {@link #PRODUCTION}.
 */
public enum Environment {
    /** The world of released apps. */
    PRODUCTION,
    /** The world of development builds; at APNs {@code api.sandbox.push.apple.com}. */
    SANDBOX
}
