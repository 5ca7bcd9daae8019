package dev.notifykit.fcm;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Carries google-auth's token requests: to allowed hosts only, no redirects (they would take the signed assertion along), bounded in
 * time and size. One token an hour needs no pooled connection.
 */
final class TokenTransport extends HttpTransport {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int MAX_BODY = 64 * 1024;

    private final AllowedHosts hosts;
    private final OkHttpClient client;

    TokenTransport(AllowedHosts hosts, TrustedCertificates trust) {
        this.hosts = hosts;
        this.client = trust.applyTo(new OkHttpClient.Builder()
                        .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                        .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT))
                        .retryOnConnectionFailure(false)
                        .followRedirects(false)
                        .followSslRedirects(false)
                        .callTimeout(TIMEOUT))
                .build();
    }

    @Override
    protected LowLevelHttpRequest buildRequest(String method, String url) throws IOException {
        String host = URI.create(url).getHost();
        if (!hosts.permits(host, AllowedHosts.TOKEN)) {
            throw new IOException("the host of the token endpoint is not allowed");
        }
        return new TokenRequest(new Request.Builder().url(url), method);
    }

    private final class TokenRequest extends LowLevelHttpRequest {
        private final Request.Builder builder;
        private final String method;

        TokenRequest(Request.Builder builder, String method) {
            this.builder = builder;
            this.method = method;
        }

        @Override
        public void addHeader(String name, String value) {
            // Unpacking would have no bound.
            if (!name.equalsIgnoreCase("Accept-Encoding")) {
                builder.addHeader(name, value);
            }
        }

        @Override
        public LowLevelHttpResponse execute() throws IOException {
            builder.header("Accept-Encoding", "identity");
            builder.method(method, body());
            try (Response response = client.newCall(builder.build()).execute()) {
                BufferedSource source = response.body().source();
                source.request(MAX_BODY);
                Buffer buffered = source.getBuffer();
                return new TokenResponse(
                        response.code(),
                        response.message(),
                        response.header("Content-Type"),
                        buffered.readByteArray(Math.min(buffered.size(), MAX_BODY)));
            }
        }

        private @Nullable RequestBody body() throws IOException {
            if (getStreamingContent() == null) {
                return null;
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            getStreamingContent().writeTo(bytes);
            String type = getContentType();
            return RequestBody.create(bytes.toByteArray(), type == null ? null : MediaType.parse(type));
        }
    }

    /** Shows the content type only: google-http-client follows a {@code Location} by itself, so there is none. */
    private static final class TokenResponse extends LowLevelHttpResponse {
        private final int status;
        private final String reason;
        private final @Nullable String contentType;
        private final byte[] body;

        TokenResponse(int status, String reason, @Nullable String contentType, byte[] body) {
            this.status = status;
            this.reason = reason;
            this.contentType = contentType;
            this.body = body;
        }

        @Override
        public InputStream getContent() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public @Nullable String getContentEncoding() {
            return null;
        }

        @Override
        public long getContentLength() {
            return body.length;
        }

        @Override
        public @Nullable String getContentType() {
            return contentType;
        }

        @Override
        public String getStatusLine() {
            return "HTTP/1.1 " + status + " " + reason;
        }

        @Override
        public int getStatusCode() {
            return status;
        }

        @Override
        public String getReasonPhrase() {
            return reason;
        }

        @Override
        public int getHeaderCount() {
            return contentType == null ? 0 : 1;
        }

        @Override
        public String getHeaderName(int index) {
            return "Content-Type";
        }

        @Override
        public @Nullable String getHeaderValue(int index) {
            return contentType;
        }
    }
}
