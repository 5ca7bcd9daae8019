package dev.notifykit.http2;

import io.netty.handler.codec.EmptyHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The fields of a head, and the length of one request's body. It does what an encoder asks for: it is gone through. So nothing of the head is
 * copied for a request. Immutable.
 */
final class RequestHeaders extends EmptyHeaders<CharSequence, CharSequence, Http2Headers> implements Http2Headers {

    static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");

    private final List<Map.Entry<CharSequence, CharSequence>> head;
    private final Map.Entry<CharSequence, CharSequence> length;

    RequestHeaders(List<Map.Entry<CharSequence, CharSequence>> head, int contentLength) {
        this.head = head;
        length = Map.entry(CONTENT_LENGTH, AsciiString.of(Integer.toString(contentLength)));
    }

    /** Whether it is the one name that is added here. */
    @SuppressWarnings("ReferenceEquality")
    static boolean isLength(CharSequence name) {
        return name == CONTENT_LENGTH;
    }

    @Override
    public int size() {
        return head.size() + 1;
    }

    @Override
    public boolean isEmpty() {
        return false;
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        return new Iterator<>() {

            private int next;

            @Override
            public boolean hasNext() {
                return next <= head.size();
            }

            @Override
            public Map.Entry<CharSequence, CharSequence> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int at = next++;
                return at == head.size() ? length : head.get(at);
            }
        };
    }

    @Override
    public Http2Headers method(CharSequence value) {
        throw new UnsupportedOperationException("immutable");
    }

    @Override
    public Http2Headers scheme(CharSequence value) {
        throw new UnsupportedOperationException("immutable");
    }

    @Override
    public Http2Headers authority(CharSequence value) {
        throw new UnsupportedOperationException("immutable");
    }

    @Override
    public Http2Headers path(CharSequence value) {
        throw new UnsupportedOperationException("immutable");
    }

    @Override
    public Http2Headers status(CharSequence value) {
        throw new UnsupportedOperationException("immutable");
    }

    @Override
    public CharSequence method() {
        return value(PseudoHeaderName.METHOD);
    }

    @Override
    public CharSequence scheme() {
        return value(PseudoHeaderName.SCHEME);
    }

    @Override
    public CharSequence authority() {
        return value(PseudoHeaderName.AUTHORITY);
    }

    @Override
    public CharSequence path() {
        return value(PseudoHeaderName.PATH);
    }

    @Override
    public CharSequence status() {
        throw new UnsupportedOperationException("a request has none");
    }

    @Override
    public boolean contains(CharSequence name, CharSequence value, boolean caseInsensitive) {
        throw new UnsupportedOperationException("it is gone through");
    }

    private CharSequence value(PseudoHeaderName name) {
        for (Map.Entry<CharSequence, CharSequence> field : head) {
            if (name.value().contentEquals(field.getKey())) {
                return field.getValue();
            }
        }
        throw new NoSuchElementException();
    }

    /** Fields may be secret. */
    @Override
    public String toString() {
        return "RequestHeaders[" + head.size() + " fields]";
    }
}
