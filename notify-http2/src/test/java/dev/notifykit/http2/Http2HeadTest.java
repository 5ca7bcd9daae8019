package dev.notifykit.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a head says, and what becomes of it on the wire. */
class Http2HeadTest {

    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder(WireBuilder.neverRemembered(
            Set.of(AsciiString.of(":path"), AsciiString.of("id"), Http2Head.CONTENT_LENGTH)));
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

    @Test
    void headsThatCouldNotBeSentAsTheyAreAreRefusedAndNotRepeated() {
        assertThatThrownBy(() -> Http2Head.of("POST", "h", "/a b", Map.of())).hasMessageContaining("path");
        assertThatThrownBy(() -> Http2Head.of("POST", "h", "/", Map.of("Upper", "x")))
                .hasMessageContaining("lower case");
        assertThatThrownBy(() -> Http2Head.of("POST", "h", "/", Map.of("authorization", "secret\r\nx: y")))
                .hasMessageContaining("authorization")
                .hasMessageNotContaining("secret");
        assertThat(Http2Head.of("POST", "h", "/", Map.of("authorization", "secret")))
                .hasToString("Http2Head[POST]");
    }

    @Test
    void whatAllRequestsSayIsSaidOnceHoweverManySayTheirOwn() throws Http2Exception {
        Map<String, String> shared = Map.of("authorization", "bearer " + "x".repeat(200), "apns-topic", "com.acme.app");
        int first = bytes(oneOf(shared, 0), 100);
        Set<Integer> later = new HashSet<>();
        for (int i = 1; i < 500; i++) {
            later.add(bytes(oneOf(shared, i), 100 + i));
        }
        assertThat(first).isGreaterThan(250);
        assertThat(later).singleElement().satisfies(bytes -> assertThat(bytes).isLessThan(100));
    }

    private static Http2Head oneOf(Map<String, String> shared, int number) {
        Map<String, String> fields = new LinkedHashMap<>(shared);
        fields.put("id", "id-%04d".formatted(number));
        return Http2Head.of("POST", "host", "/3/device/%064d".formatted(number), fields);
    }

    /** Of one request on the wire; it must arrive as it was said. */
    private int bytes(Http2Head head, int contentLength) throws Http2Exception {
        ByteBuf wire = Unpooled.buffer();
        encoder.encodeHeaders(3, head.headers(contentLength), wire);
        int bytes = wire.readableBytes();
        Http2Headers read = decoder.decodeHeaders(3, wire);
        assertThat(read).hasSameSizeAs(head.headers(contentLength));
        head.headers(contentLength)
                .forEach(field -> assertThat(read.get(field.getKey().toString()))
                        .hasToString(field.getValue().toString()));
        return bytes;
    }
}
