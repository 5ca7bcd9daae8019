package dev.notifykit.apns;

import dev.notifykit.http2.Http2Call;
import dev.notifykit.http2.Http2End;
import dev.notifykit.http2.Http2Head;
import org.jspecify.annotations.Nullable;

/**
 * One request on our own wire: it waits for a stream, then for its answer, and ends once. What has not found a stream when its time is over was
 * surely never sent; what has one is told the truth by the client. Thread-safe.
 */
abstract class Http2Exchange extends Deadlines.Entry {

    private final Http2Link link;
    private @Nullable Http2Call call;
    private boolean over;

    Http2Exchange(Http2Link link) {
        this.link = link;
    }

    /**
     * What is asked.
     *
     * @param authorization the provider token; null with a client certificate
     */
    abstract Http2Head head(String authority, @Nullable String authorization);

    /** The body; empty for none. */
    abstract byte[] body();

    /** It was on the wire, and this became of it. Called once, on a connection's thread. */
    abstract void ended(Http2End end, Http2Generation on);

    /** It was never on the wire, and never will be. Called once, unless it was on the wire. */
    abstract void unsent(String reason);

    /** It cannot even be said. */
    abstract void failed(Throwable programmingError);

    /** Answers whether it has taken the call. */
    final boolean begin(Http2Call free, Http2Generation on, String authority) {
        Http2Head head;
        try {
            ProviderTokens.Token token = on.token;
            head = head(authority, token == null ? null : token.authorization());
        } catch (RuntimeException programmingError) {
            if (end()) {
                failed(programmingError);
                link.done(this);
            }
            return false;
        }
        synchronized (this) {
            if (over) {
                return false;
            }
            call = free;
        }
        free.send(head, body(), how -> tell(how, on));
        return true;
    }

    private void tell(Http2End how, Http2Generation on) {
        try {
            if (end()) {
                ended(how, on);
            }
        } catch (Throwable programmingError) { // an Error too, such as a class that cannot be loaded
            failed(programmingError);
        } finally {
            link.release(on);
            link.done(this); // last, since the service ends its threads when nothing is left
        }
    }

    /** Without having been on the wire. No effect on one that is, or has ended. */
    final void refuse(String reason) {
        synchronized (this) {
            if (call != null || over) {
                return;
            }
            over = true;
        }
        unsent(reason);
        link.done(this);
    }

    private synchronized boolean end() {
        boolean first = !over;
        over = true;
        return first;
    }

    @Override
    final void timedOut() {
        Http2Call begun;
        synchronized (this) {
            begun = call;
        }
        if (begun != null) {
            begun.abort();
        } else {
            link.forget(this);
            refuse("no connection within the attempt timeout");
        }
    }
}
