package dev.notifykit.testkit.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * Which data of a client begins the request that a fault was planned for.
 *
 * @param content what it must contain; empty: anything
 * @param minBytes the least number of bytes that must have come at once
 */
record Trigger(ByteBuf content, int minBytes) {
    static final Trigger ANY = new Trigger(Unpooled.EMPTY_BUFFER, 1);

    boolean matches(ByteBuf data) {
        return data.readableBytes() >= minBytes && (!content.isReadable() || ByteBufUtil.indexOf(content, data) >= 0);
    }
}
