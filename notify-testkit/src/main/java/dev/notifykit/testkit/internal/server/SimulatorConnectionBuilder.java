package dev.notifykit.testkit.internal.server;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;

/** Netty's way to put a connection handler together. */
final class SimulatorConnectionBuilder
        extends AbstractHttp2ConnectionHandlerBuilder<SimulatorConnection, SimulatorConnectionBuilder> {
    private final SimulatorServer simulator;
    private final int number;

    SimulatorConnectionBuilder(SimulatorServer simulator, int number) {
        this.simulator = simulator;
        this.number = number;
        connection(new ForgivingConnection());
        initialSettings(new Http2Settings().maxConcurrentStreams(simulator.initialStreamLimit()));
        // Netty takes 200 resets in 30 seconds for an attack and hangs up, whoever sends them. Here a client that times
        // out on silent
        // streams resets many, and so does a script.
        decoderEnforceMaxRstFramesPerWindow(0, 0);
        encoderEnforceMaxRstFramesPerWindow(0, 0);
    }

    @Override
    protected SimulatorConnection build() {
        return super.build();
    }

    @Override
    protected SimulatorConnection build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        SimulatorConnection connection = new SimulatorConnection(simulator, number, decoder, encoder, settings);
        frameListener(connection.listener());
        return connection;
    }
}
