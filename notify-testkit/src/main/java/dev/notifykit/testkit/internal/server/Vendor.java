package dev.notifykit.testkit.internal.server;

import dev.notifykit.testkit.reply.Reply;
import java.util.function.BooleanSupplier;

/** The rules and the shapes of one provider. Thread-safe; a {@link Session} is used by its connection's event loop alone. */
public interface Vendor {
    /**
     * The rules as they apply to one new connection.
     *
     * @param certified whether the client has shown a trusted certificate; to be asked once requests come
     */
    Session newSession(BooleanSupplier certified);

    /** Gives an answer the provider's shape. */
    WireAnswer encode(Reply.Answer answer, Verdict verdict);

    /** The debug data of a GOAWAY. */
    String goAwayReason();

    /** What the provider remembers of one connection. */
    @FunctionalInterface
    interface Session {
        /** Holds a complete request against the rules. */
        Verdict examine(Request request);
    }
}
