package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.fcm.FcmTransport;

/** Our FCM road on our HTTP/2 client. */
public final class FcmHttp2Road extends FcmRoad {

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     */
    public FcmHttp2Road(Endpoint endpoint) {
        super(endpoint, FcmTransport.http2());
    }

    @Override
    public String about() {
        return Libraries.http2();
    }
}
