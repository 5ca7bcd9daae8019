package dev.notifykit.http2;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A request without its body: method, path, headers. Immutable; made once for many requests, which then cost no copy of it, and on the wire
 * mostly a few bytes: HTTP/2 compresses what a connection has said before.
 */
public final class Http2Head {

    private static final AsciiString HTTPS = AsciiString.cached("https");

    private final List<Map.Entry<CharSequence, CharSequence>> fields;

    private Http2Head(List<Map.Entry<CharSequence, CharSequence>> fields) {
        this.fields = List.copyOf(fields);
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
        List<Map.Entry<CharSequence, CharSequence>> all = new ArrayList<>();
        all.add(Map.entry(PseudoHeaderName.METHOD.value(), visible("the method", method)));
        all.add(Map.entry(PseudoHeaderName.SCHEME.value(), HTTPS));
        all.add(Map.entry(PseudoHeaderName.AUTHORITY.value(), visible("the authority", authority)));
        all.add(Map.entry(PseudoHeaderName.PATH.value(), visible("the path", path)));
        fields.forEach((name, value) -> all.add(Map.entry(name(name), text("the header " + name, value))));
        return new Http2Head(all);
    }

    Http2Headers headers(int contentLength) {
        return new RequestHeaders(fields, contentLength);
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
        return "Http2Head[" + fields.get(0).getValue() + "]";
    }
}
