package dev.notifykit.http2;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Map;

/**
 * A request without its body: method, path, headers. Immutable; made once for many requests, and on the wire
 * mostly a few bytes: HTTP/2 compresses what a connection has said before.
 */
public final class Http2Head {

    private static final AsciiString HTTPS = AsciiString.cached("https");

    static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");

    private final AsciiString method;
    private final AsciiString authority;
    private final AsciiString path;

    /** Names and values in turns, and room for the length. */
    private final AsciiString[] fields;

    private Http2Head(AsciiString method, AsciiString authority, AsciiString path, AsciiString[] fields) {
        this.method = method;
        this.authority = authority;
        this.path = path;
        this.fields = fields;
    }

    /**
     * A head for requests of one client.
     *
     * @param method such as {@code POST}
     * @param authority host, and port where it is not 443
     * @param path the absolute path with its query, ready for the wire
     * @param fields the headers, their names in lower case; without the length of the body, which is added
     * @return the head
     * @throws IllegalArgumentException when something could not be sent as it is: a name that HTTP/2 does not allow, a control character
     */
    public static Http2Head of(String method, String authority, String path, Map<String, String> fields) {
        AsciiString[] all = new AsciiString[2 * fields.size() + 2];
        int at = 0;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            all[at++] = name(field.getKey());
            all[at++] = text("the header " + field.getKey(), field.getValue());
        }
        all[at] = CONTENT_LENGTH;
        return new Http2Head(
                visible("the method", method), visible("the authority", authority), visible("the path", path), all);
    }

    Http2Headers headers(int contentLength) {
        AsciiString[] all = fields.clone();
        all[all.length - 1] = AsciiString.of(Integer.toString(contentLength));
        return ReadOnlyHttp2Headers.clientHeaders(false, method, path, HTTPS, authority, all);
    }

    private static AsciiString name(String name) {
        if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 127 && c != ':' && !(c >= 'A' && c <= 'Z'))) {
            throw new IllegalArgumentException("the name of a header is in lower case, without spaces and colons");
        }
        return AsciiString.of(name);
    }

    private static AsciiString visible(String what, String value) {
        if (value.isEmpty() || value.indexOf(' ') >= 0) {
            throw new IllegalArgumentException(what + " is empty, or has a space");
        }
        return text(what, value);
    }

    /** Values may be secret: they are not repeated. */
    private static AsciiString text(String what, String value) {
        if (!value.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw new IllegalArgumentException(what + " has a character that is not printable ASCII");
        }
        return AsciiString.of(value);
    }

    /** Shows the method only: the rest may be secret. */
    @Override
    public String toString() {
        return "Http2Head[" + method + "]";
    }
}
