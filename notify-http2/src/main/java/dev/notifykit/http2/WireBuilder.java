package dev.notifykit.http2;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2HeadersEncoder.SensitivityDetector;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.AsciiString;
import java.util.Set;

/** Puts together what netty's HTTP/2 consists of. */
final class WireBuilder extends AbstractHttp2ConnectionHandlerBuilder<Wire, WireBuilder> {

    /** Answers of vendors have a handful of short headers. */
    private static final int MAX_HEADERS = 16 * 1024;

    /** More than a vendor takes in one request. */
    private static final int WHOLE_BODY = 16 * 1024;

    private final Connection shared;
    private final Http2ClientSettings settings;
    private final WireWatcher watcher;

    private WireBuilder(Connection shared, Http2ClientSettings settings, WireWatcher watcher) {
        this.shared = shared;
        this.settings = settings;
        this.watcher = watcher;
    }

    static Wire wire(Connection shared, Http2ClientSettings settings, WireWatcher watcher) {
        Http2Connection connection = new DefaultHttp2Connection(false);
        // All requests are alike: no weights, no tree of dependencies. Where the server's window is narrow, one after
        // the other goes through it as a whole, rather than the beginnings of all of them.
        UniformStreamByteDistributor inTurn = new UniformStreamByteDistributor(connection);
        inTurn.minAllocationChunk(WHOLE_BODY);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, inTurn));
        return new WireBuilder(shared, settings, watcher)
                .connection(connection)
                .frameListener(new Http2FrameAdapter())
                .initialSettings(
                        Http2Settings.defaultSettings().pushEnabled(false).maxHeaderListSize(MAX_HEADERS))
                .headerSensitivityDetector(neverRemembered(settings.changing()))
                // Made against clients that reset without end; here the vendor refuses, and our own deadlines give up.
                .decoderEnforceMaxRstFramesPerWindow(0, 0)
                .encoderEnforceMaxRstFramesPerWindow(0, 0)
                // Whoever closes has waited for as long as he wants to.
                .gracefulShutdownTimeoutMillis(0)
                .build();
    }

    /** A table in which each of these stands is one in which soon nothing else does. */
    static SensitivityDetector neverRemembered(Set<AsciiString> names) {
        return (name, value) -> name instanceof AsciiString text && names.contains(text);
    }

    @Override
    protected Wire build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initial) {
        return new Wire(shared, settings, watcher, decoder, encoder, initial);
    }
}
