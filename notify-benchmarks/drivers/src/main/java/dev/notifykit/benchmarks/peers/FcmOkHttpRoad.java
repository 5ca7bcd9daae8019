package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.fcm.FcmTransport;

/** Our FCM road on OkHttp, as it is unless a host chooses. */
public final class FcmOkHttpRoad extends FcmRoad {

    /**
     * Connects with the first message.
     *
     * @param endpoint where to
     */
    public FcmOkHttpRoad(Endpoint endpoint) {
        super(endpoint, FcmTransport.okHttp());
    }

    @Override
    public String about() {
        return Libraries.fcm();
    }
}
