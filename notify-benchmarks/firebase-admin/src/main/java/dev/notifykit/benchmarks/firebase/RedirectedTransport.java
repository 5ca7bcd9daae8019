package dev.notifykit.benchmarks.firebase;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.firebase.internal.ApacheHttp2Transport;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.net.URI;

/**
 * The library's own default transport, with another host in front of the path. The library takes a transport but no address, and the
 * method that makes a request is protected: hence the handle, which costs nothing beside a request.
 */
final class RedirectedTransport extends HttpTransport {

    private static final String GOOGLE = "https://fcm.googleapis.com";
    private static final MethodHandle BUILD = build();

    private final ApacheHttp2Transport transport = new ApacheHttp2Transport();
    private final String address;

    RedirectedTransport(URI address) {
        this.address = address.toString();
    }

    private static MethodHandle build() {
        try {
            Method method = HttpTransport.class.getDeclaredMethod("buildRequest", String.class, String.class);
            method.setAccessible(true);
            return MethodHandles.lookup().unreflect(method);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of google-http-client cannot be redirected", e);
        }
    }

    @Override
    public boolean supportsMethod(String method) {
        return transport.supportsMethod(method);
    }

    @Override
    protected LowLevelHttpRequest buildRequest(String method, String url) throws IOException {
        if (!url.startsWith(GOOGLE)) {
            throw new IOException("not an address of FCM");
        }
        try {
            return (LowLevelHttpRequest)
                    BUILD.invoke((HttpTransport) transport, method, address + url.substring(GOOGLE.length()));
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("the transport failed", e);
        }
    }

    @Override
    public void shutdown() throws IOException {
        transport.shutdown();
    }
}
