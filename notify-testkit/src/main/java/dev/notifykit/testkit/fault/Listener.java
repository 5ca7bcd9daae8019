package dev.notifykit.testkit.fault;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's port on the loopback interface. While it refuses connections it stays reserved by a bound socket that does not listen: or
 * else another process could take it, and a client could even connect to itself from it. Thread-safe.
 */
final class Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ServerBootstrap bootstrap;
    private final InetSocketAddress address;
    private Channel listening;
    private @Nullable SocketChannel reservation;
    private boolean closed;

    Listener(ServerBootstrap bootstrap, int port) {
        this.bootstrap = bootstrap;
        this.listening = bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        this.address = (InetSocketAddress) listening.localAddress();
    }

    int port() {
        return address.getPort();
    }

    synchronized void refuse() {
        if (closed || reservation != null) {
            return;
        }
        listening.close().syncUninterruptibly();
        try {
            reservation = reserve();
        } catch (IOException e) {
            throw new UncheckedIOException("could not reserve port " + port(), e);
        }
    }

    /** The port can be reserved as soon as nobody listens: a closed listener does so until its selector has noticed. */
    private SocketChannel reserve() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            SocketChannel socket = SocketChannel.open();
            try {
                socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                return socket.bind(address);
            } catch (IOException e) {
                socket.close();
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(100_000);
            }
        }
    }

    synchronized void listen() {
        if (closed || reservation == null) {
            return;
        }
        listening = bind(address);
        release();
    }

    synchronized void close() {
        if (!closed) {
            closed = true;
            listening.close().syncUninterruptibly();
            release();
        }
    }

    private Channel bind(InetSocketAddress to) {
        ChannelFuture binding = bootstrap.bind(to).awaitUninterruptibly();
        if (binding.cause() != null) {
            throw new IllegalStateException("could not listen on port " + to.getPort(), binding.cause());
        }
        return binding.channel();
    }

    private void release() {
        try {
            if (reservation != null) {
                reservation.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not release port " + port(), e);
        } finally {
            reservation = null;
        }
    }
}
