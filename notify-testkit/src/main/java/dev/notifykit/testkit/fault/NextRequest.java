package dev.notifykit.testkit.fault;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Plans what befalls the next request that comes through a {@link FaultProxy}, on whichever connection it comes.
 *
 * <p>The proxy knows no protocol. A <em>request</em> begins with the first data of a client that it passes on after the plan was made and
 * that fits the conditions set here; its <em>reply</em> is what the server sends on that connection from then on. That is exact where a
 * connection carries one request at a time. Where requests share a connection (HTTP/2, pipelining) the fault hits all of them, as
 * a lost connection would. Under TLS, plan after the handshake, else the handshake is the request; and use {@link #ofAtLeast} to let
 * pings, acknowledgements and window updates pass.
 *
 * <p>Immutable. Faults planned for the same data apply in the order in which they were planned, one for each request.
 */
public final class NextRequest {
    private final UnaryOperator<PlannedFault> plan;
    private final Trigger trigger;
    private final int times;

    NextRequest(UnaryOperator<PlannedFault> plan, Trigger trigger, int times) {
        this.plan = plan;
        this.trigger = trigger;
        this.times = times;
    }

    /** Only data that contains this text in UTF-8, within one piece as read from the socket (at most 64 KiB). For plain text protocols. */
    public NextRequest containing(String text) {
        return containing(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Only data that contains these bytes, within one piece as read from the socket (at most 64 KiB). */
    public NextRequest containing(byte[] bytes) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException("containing: must not be empty; leave it out to match any request");
        }
        return new NextRequest(plan, new Trigger(Unpooled.copiedBuffer(bytes), trigger.minBytes()), times);
    }

    /**
     * Only data of at least that many bytes, in one piece as read from the socket.
     *
     * @param bytes 1 to 65,536
     */
    public NextRequest ofAtLeast(int bytes) {
        Check.range("ofAtLeast", bytes, 1, ProxyConnection.READ_BYTES);
        return new NextRequest(plan, new Trigger(trigger.content(), bytes), times);
    }

    /** That many requests instead of one. */
    public NextRequest times(int count) {
        Check.range("times", count, 1, Integer.MAX_VALUE);
        return new NextRequest(plan, trigger, count);
    }

    /**
     * The server gets the request; its reply vanishes; the connection stays open. The client waits until its own timeout. What the
     * client sends after that goes through and is answered, so a client that goes on using the connection takes later replies for
     * this one; under TLS it finds a broken record.
     */
    public PlannedFault dropReply() {
        return plan(Fault.DROP_REPLY, 0);
    }

    /**
     * The server never gets the request, not one byte of it: the client's connection is reset (RST), the server's closed. The client sees
     * {@code SocketException: Connection reset}, or a broken pipe if it is still writing.
     */
    public PlannedFault resetBefore() {
        return plan(Fault.RESET_BEFORE, 0);
    }

    /**
     * The server gets the request and begins to answer; instead of the answer the client gets a reset (RST), as in
     * {@link #resetBefore()}: it cannot tell the two apart. The server's side is closed. Nothing happens until the server answers.
     */
    public PlannedFault resetAfter() {
        return plan(Fault.RESET_AFTER, 0);
    }

    /**
     * The server gets the request; the client gets the first bytes of the reply, and then the end of the stream (FIN). The server's side
     * is closed; what the client still sends vanishes. Nothing happens until the server has sent that much.
     *
     * @param bytes how many bytes get through; 0 closes the connection when the server begins to answer
     */
    public PlannedFault truncateReply(int bytes) {
        Check.range("truncateReply", bytes, 0, Integer.MAX_VALUE);
        return plan(Fault.TRUNCATE_REPLY, bytes);
    }

    private PlannedFault plan(Fault fault, int replyBytes) {
        return Objects.requireNonNull(plan.apply(new PlannedFault(fault, trigger, times, replyBytes)));
    }
}
