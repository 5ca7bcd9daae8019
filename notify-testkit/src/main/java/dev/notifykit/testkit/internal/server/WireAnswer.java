package dev.notifykit.testkit.internal.server;

import io.netty.handler.codec.http2.Http2Headers;

/**
 * An answer ready to be written.
 *
 * @param headers with {@code :status}
 * @param body empty for headers alone
 * @param label under which it is counted
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
public record WireAnswer(Http2Headers headers, byte[] body, String label) {}
