package dev.notifykit.testkit.fault;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a {@link ProxyConnection} what happens on one of its two sockets. */
@SuppressWarnings("FutureReturnValueIgnored") // closes and writes are seen by their effects
final class SideHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(FaultProxy.class);

    private final ProxyConnection connection;
    /** The direction that begins here. */
    private final Direction direction;

    SideHandler(ProxyConnection connection, Direction direction) {
        this.connection = connection;
        this.direction = direction;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        connection.received(direction, (ByteBuf) message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && ctx.channel().isOpen()) {
            connection.ended(direction);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            connection.writable(direction == Direction.TO_SERVER ? Direction.TO_CLIENT : Direction.TO_SERVER);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("The fault proxy failed", cause);
        }
        ctx.close(); // a reset of this side; the connection resets the other one when this is closed
    }
}
