package dev.notifykit.fcm;

import dev.notifykit.fcm.FcmTransport.Outcome;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import okio.Buffer;
import okio.BufferedSink;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * One POST through OkHttp, and the one thing that matters when it fails: could the server have seen it? Until {@link #beginWriting()}
 * it could not, and a call that is aborted before will never write; both sides race for the same state, so the answer is exact.
 */
final class PostCall implements FcmTransport.Exchange {

    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

    private enum State {
        WAITING,
        WRITING,
        ENDED
    }

    final String path;
    final String bearer;
    final RequestBody body;

    private final LongConsumer lost;
    private final Consumer<Outcome> end;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile @Nullable Call call;
    private volatile long writtenNanos;

    /**
     * @param lost told when no answer has come in time, before anybody else is, with the reading of the clock before the first byte
     * @param end told how it ended
     */
    PostCall(String path, String bearer, byte[] json, LongConsumer lost, Consumer<Outcome> end) {
        this.path = path;
        this.bearer = bearer;
        this.body = new OneShot(json);
        this.lost = lost;
        this.end = end;
    }

    /** Called with a connection in hand, before the first byte. False: it was aborted and must not be written. */
    boolean beginWriting() {
        writtenNanos = System.nanoTime();
        return state.compareAndSet(State.WAITING, State.WRITING);
    }

    boolean ended() {
        return state.get() == State.ENDED;
    }

    /** Blocks until the server has answered or the call has failed; says how, and tells nobody yet. */
    Outcome execute(Call okHttpCall) {
        call = okHttpCall;
        if (ended()) {
            return new Outcome.Unsent("aborted");
        }
        try (Response response = okHttpCall.execute()) {
            return read(response);
        } catch (IOException | RuntimeException e) {
            return failed(e);
        }
    }

    /** Tells how it ended, unless that has been told. */
    void finish(Outcome outcome) {
        if (state.getAndSet(State.ENDED) != State.ENDED) {
            tell(outcome);
        }
    }

    private void tell(Outcome outcome) {
        if (outcome instanceof Outcome.Unknown unknown && unknown.timeout()) {
            lost.accept(writtenNanos);
        }
        end.accept(outcome);
    }

    /** Ends it without having reached a connection, or after having lost it. */
    void fail(String reason) {
        State before = state.getAndSet(State.ENDED);
        if (before != State.ENDED) {
            end.accept(before == State.WAITING ? new Outcome.Unsent(reason) : new Outcome.Unknown(false, reason));
            cancel();
        }
    }

    @Override
    public void abort() {
        State before = state.getAndSet(State.ENDED);
        if (before != State.ENDED) {
            tell(
                    before == State.WAITING
                            ? new Outcome.Unsent("no connection within the attempt timeout")
                            : new Outcome.Unknown(true, "no answer within the attempt timeout"));
            cancel();
        }
    }

    private void cancel() {
        Call open = call;
        if (open != null) {
            open.cancel();
        }
    }

    private static Outcome read(Response response) {
        byte[] head;
        try {
            BufferedSource source = response.body().source();
            source.request(Outcome.Response.MAX_BODY);
            Buffer buffered = source.getBuffer();
            head = buffered.readByteArray(Math.min(buffered.size(), Outcome.Response.MAX_BODY));
        } catch (IOException cutOff) {
            if (response.code() == 200) {
                return new Outcome.Unknown(false, "the answer broke off");
            }
            // The status alone tells enough.
            head = new byte[0];
        }
        return new Outcome.Response(
                response.code(), response.header("Content-Type"), response.header("Retry-After"), head);
    }

    /**
     * After the first byte only these say for sure that the server will not act on it: it refused the stream (a stream above the last
     * one of a GOAWAY counts as refused), or the connection took no new stream.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.7">RFC 9113, 8.7: request reliability</a>
     */
    private Outcome failed(Throwable e) {
        if (state.get() == State.WAITING) {
            return new Outcome.Unsent("no connection: " + kind(e));
        }
        boolean refused = e instanceof ConnectionShutdownException
                || (e instanceof StreamResetException reset && reset.errorCode == ErrorCode.REFUSED_STREAM);
        if (refused) {
            return new Outcome.Unsent("refused before it was read: " + kind(e), true);
        }
        boolean timeout = e instanceof InterruptedIOException;
        return new Outcome.Unknown(timeout, (timeout ? "no answer in time: " : "connection lost: ") + kind(e));
    }

    /** The type only: messages of exceptions may quote what the peer or the host's configuration holds. */
    private static String kind(Throwable e) {
        return e instanceof StreamResetException reset
                ? "stream reset with " + reset.errorCode
                : e.getClass().getSimpleName();
    }

    /** A body that OkHttp may write once: with a body that it may repeat, it re-sends by itself after 408, 421 and 503. */
    private static final class OneShot extends RequestBody {
        private final byte[] json;

        OneShot(byte[] json) {
            this.json = json;
        }

        @Override
        public MediaType contentType() {
            return JSON;
        }

        @Override
        public long contentLength() {
            return json.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(json);
        }
    }
}
