package dev.notifykit.testkit.internal.server;

import dev.notifykit.testkit.reply.Reply;
import org.jspecify.annotations.Nullable;

/** One stream of a connection: the request as it comes in, then its verdict and the reply that is on its way. */
final class Exchange {
    final int streamId;
    final Request request;
    /** Null until the request is complete. */
    @Nullable
    Verdict verdict;
    /** Set together with the verdict. */
    Reply reply = Reply.ok();

    Exchange(int streamId, Request request) {
        this.streamId = streamId;
        this.request = request;
    }

    Verdict knownVerdict() {
        if (verdict == null) {
            throw new IllegalStateException("request is not complete yet");
        }
        return verdict;
    }
}
