package dev.notifykit.testkit.journal;

import java.util.Map;

/**
 * A request as it came over the wire, kept on demand for tests that look at what a client sent. Immutable.
 *
 * @param method HTTP method
 * @param path HTTP path
 * @param headers all other headers by lower-case name; of repeated ones the last value. Contains credentials: it is a test's own
 * @param body the body as UTF-8 text
 * @param connection number of the connection it came on, from 1
 */
public record RecordedRequest(String method, String path, Map<String, String> headers, String body, int connection) {
    /** Copies the map. */
    public RecordedRequest {
        headers = Map.copyOf(headers);
    }

    /** The value of a header, or the empty string. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Shows neither token nor content. */
    @Override
    public String toString() {
        return "RecordedRequest[" + method + ", " + body.length() + " characters, connection " + connection + "]";
    }
}
