package dev.notifykit.testkit.internal.server;

import io.netty.handler.codec.http2.DefaultHttp2Connection;

/**
 * Netty's book of a server's streams, forgiving what crosses a GOAWAY. A client goes on sending until it has read the GOAWAY; the
 * vendors ignore those streams and answer the ones before. Netty means to ignore them too, but then takes a DATA, WINDOW_UPDATE or
 * RST_STREAM frame of such a stream for an error of the whole connection, as the stream was never created.
 */
final class ForgivingConnection extends DefaultHttp2Connection {
    ForgivingConnection() {
        super(true);
    }

    @Override
    public boolean streamMayHaveExisted(int streamId) {
        return super.streamMayHaveExisted(streamId) || crossedGoAway(streamId);
    }

    private boolean crossedGoAway(int streamId) {
        return goAwaySent() && remote().isValidStreamId(streamId) && streamId > remote().lastStreamKnownByPeer();
    }
}
