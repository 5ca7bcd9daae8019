package dev.notifykit.testkit.internal.server;

import dev.notifykit.testkit.internal.script.ReplyScript.Plan;
import dev.notifykit.testkit.reply.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection. Everything here runs on its event loop; waiting is a timer there, so a slow reply holds no thread.
 *
 * <p>A complete request is <em>settled</em> exactly once: journaled as its reply says, or dropped as unprocessed. A client that hangs
 * up does not undo a request; only a simulated GOAWAY or drop does.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write fails with its connection, and then nobody waits for it
final class SimulatorConnection extends Http2ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatorConnection.class);

    /** For what a client still has to do after a GOAWAY: finish its requests, take its answers, say that it has read all. */
    private static final long PATIENCE_SECONDS = 5;

    private final SimulatorServer server;
    private final Vendor.Session session;
    private final int number;
    private final IntObjectMap<Exchange> exchanges = new IntObjectHashMap<>();
    private @Nullable ChannelHandlerContext context;
    /** Marks the streams that count against the limit: a refused one stays open until its RST_STREAM is written. */
    private final Http2Connection.PropertyKey taken;

    private int openStreams;
    private int requests;
    private int newestProcessed;
    /** Answers that netty still holds, for example because the client's window is full. */
    private int unwritten;

    private boolean goingAway;
    private boolean closing;
    private boolean flushPlanned;
    private int streamLimit;

    SimulatorConnection(
            SimulatorServer server,
            int number,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(decoder, encoder, settings);
        this.server = server;
        this.number = number;
        this.session =
                server.vendor().newSession(() -> ServerTls.isCertified(context().channel()));
        this.streamLimit = server.initialStreamLimit();
        this.taken = connection().newKey();
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                if (stream.removeProperty(taken) != null) {
                    openStreams--;
                }
                clientLeft(stream.id());
            }
        });
    }

    Http2FrameListener listener() {
        return new Frames();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
    }

    /** Closes the connection without a word: past TLS, so that there is no close_notify either. */
    void drop(boolean processed) {
        settleAll(processed);
        server.abort(context().channel());
    }

    void goAway(boolean processed) {
        if (goingAway) {
            return;
        }
        goingAway = true;
        if (!processed) {
            settleAll(false);
        }
        int last = processed ? connection().remote().lastStreamCreated() : newestProcessed;
        ByteBuf reason = Unpooled.copiedBuffer(server.vendor().goAwayReason(), StandardCharsets.UTF_8);
        ChannelHandlerContext ctx = context();
        goAway(ctx, last, Http2Error.NO_ERROR.code(), reason, ctx.newPromise());
        flush(ctx);
        server.meter().replied("goaway");
        ctx.executor().schedule(this::forgetUnfinished, PATIENCE_SECONDS, TimeUnit.SECONDS);
        closeWhenDone();
    }

    /** Requests whose end has not come do not keep the connection open; complete ones do until they are answered. */
    private void forgetUnfinished() {
        for (Exchange exchange : List.copyOf(exchanges.values())) {
            if (exchange.verdict == null) {
                exchanges.remove(exchange.streamId);
            }
        }
        closeWhenDone();
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return ctx;
    }

    private void arrived(Exchange exchange) {
        server.meter().requestArrived(openStreams);
        server.recorder().record(exchange.request, number);
        Verdict verdict = examine(exchange.request);
        exchange.verdict = verdict;
        long latencyNanos = 0;
        if (verdict instanceof Verdict.Refused refused) {
            exchange.reply = refused.answer();
            server.meter().refused(refused.reason());
        } else {
            Plan plan = server.script().next(tokenOf(verdict));
            exchange.reply = plan.reply();
            latencyNanos = plan.latencyNanos();
            liftLimit();
        }
        if (++requests == server.settings().goAwayAfter()) {
            goAway(server.settings().goAwayProcessed());
        }
        if (latencyNanos > 0) {
            context().executor().schedule(() -> perform(exchange), latencyNanos, TimeUnit.NANOSECONDS);
        } else {
            perform(exchange);
        }
    }

    private static String tokenOf(Verdict verdict) {
        if (verdict instanceof Verdict.Admitted admitted) {
            return admitted.token();
        }
        return verdict instanceof Verdict.Served served ? served.token() : "";
    }

    private Verdict examine(Request request) {
        try {
            return session.examine(request);
        } catch (RuntimeException e) {
            LOG.error("A rule of the simulator failed on a request; it is answered with 500", e);
            return new Verdict.Refused(Reply.status(500, "SimulatorError"), "SimulatorError", null);
        }
    }

    private void perform(Exchange exchange) {
        if (!exchanges.containsKey(exchange.streamId)) {
            return; // settled meanwhile
        }
        Reply reply = exchange.reply;
        if (reply instanceof Reply.GoAway away) {
            goAway(away.accepts());
            if (!away.accepts()) {
                return;
            }
            reply = Reply.ok(); // what is in flight is answered, this one too
        } else if (reply instanceof Reply.Drop dropped) {
            server.meter().replied("drop");
            drop(dropped.accepts());
            return;
        }
        exchanges.remove(exchange.streamId);
        settle(exchange, true);
        if (reply instanceof Reply.Answer answer) {
            write(exchange, answer);
        } else if (reply instanceof Reply.Reset reset) {
            server.meter().replied("reset");
            ChannelHandlerContext ctx = context();
            resetStream(ctx, exchange.streamId, reset.errorCode(), ctx.newPromise());
            planFlush();
        } else {
            server.meter().replied("silence");
        }
        closeWhenDone();
    }

    private void write(Exchange exchange, Reply.Answer answer) {
        WireAnswer wire = server.vendor().encode(answer, exchange.knownVerdict());
        server.meter().replied(wire.label());
        ChannelHandlerContext ctx = context();
        boolean headersOnly = wire.body().length == 0;
        ChannelFuture end =
                encoder().writeHeaders(ctx, exchange.streamId, wire.headers(), 0, headersOnly, ctx.newPromise());
        if (!headersOnly) {
            ByteBuf body = Unpooled.wrappedBuffer(wire.body());
            end = encoder().writeData(ctx, exchange.streamId, body, 0, true, ctx.newPromise());
        }
        unwritten++;
        end.addListener(written -> {
            unwritten--;
            closeWhenDone();
        });
        planFlush();
    }

    /** The stream ended before its reply: the client reset it or hung up. What it asked for still happens. */
    private void clientLeft(int streamId) {
        Exchange exchange = exchanges.remove(streamId);
        if (exchange == null) {
            return;
        }
        if (exchange.verdict != null) {
            settle(exchange, true);
        }
        closeWhenDone();
    }

    private void settleAll(boolean processed) {
        List<Exchange> open = List.copyOf(exchanges.values());
        exchanges.clear();
        for (Exchange exchange : open) {
            if (exchange.verdict != null) {
                settle(exchange, processed);
            }
        }
    }

    private void settle(Exchange exchange, boolean processed) {
        server.meter().requestSettled(processed);
        if (processed) {
            newestProcessed = Math.max(newestProcessed, exchange.streamId);
            server.journalOutcome(exchange.knownVerdict(), exchange.reply);
        }
    }

    private void liftLimit() {
        int limit = server.maxConcurrentStreams();
        if (streamLimit < limit) {
            limitStreams(limit);
        }
    }

    void limitStreams(int limit) {
        streamLimit = limit;
        ChannelHandlerContext ctx = context();
        encoder().writeSettings(ctx, new Http2Settings().maxConcurrentStreams(limit), ctx.newPromise());
        planFlush();
    }

    /** Counts from the moment the limit was sent, as the vendors' servers do, and not from its acknowledgement on. */
    private void refuseStream(int streamId) {
        server.meter().replied("stream refused");
        ChannelHandlerContext ctx = context();
        resetStream(ctx, streamId, Http2Error.REFUSED_STREAM.code(), ctx.newPromise());
        planFlush();
    }

    /**
     * After a GOAWAY, when nothing is owed any more. Closing while the client still sends turns into a TCP reset, which discards
     * answers it has not read: its reply to a PING shows that it has read them all, and the GOAWAY too.
     */
    private void closeWhenDone() {
        ChannelHandlerContext ctx = context();
        if (!goingAway || !exchanges.isEmpty() || !ctx.channel().isActive()) {
            return;
        }
        if (!closing) {
            closing = true;
            ctx.executor().schedule(() -> ctx.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        if (unwritten == 0) {
            encoder().writePing(ctx, false, 0, ctx.newPromise());
            planFlush();
        }
    }

    /** One flush for all that is due now: a flush is a TLS record and a system call. */
    private void planFlush() {
        if (!flushPlanned) {
            flushPlanned = true;
            ChannelHandlerContext ctx = context();
            ctx.executor().execute(() -> {
                flushPlanned = false;
                flush(ctx);
            });
        }
    }

    private final class Frames extends Http2EventAdapter {
        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            if (closing) {
                ctx.close(); // the only PING is the one before closing
            }
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext ctx) {
            // Netty would enforce the limit by itself from here on, but takes the body of a refused request for a
            // protocol error.
            connection().remote().maxActiveStreams(Integer.MAX_VALUE);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream) {
            onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
            Exchange exchange = exchanges.get(streamId);
            if (exchange == null) {
                if (openStreams >= streamLimit) {
                    refuseStream(streamId);
                    return;
                }
                openStreams++;
                connection().stream(streamId).setProperty(taken, Boolean.TRUE);
                exchange = new Exchange(streamId, new Request(headers));
                exchanges.put(streamId, exchange);
            }
            if (endOfStream) {
                arrived(exchange);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
            int consumed = data.readableBytes() + padding;
            Exchange exchange = exchanges.get(streamId);
            if (exchange != null) {
                exchange.request.append(data);
                if (endOfStream) {
                    arrived(exchange);
                }
            }
            return consumed;
        }
    }
}
