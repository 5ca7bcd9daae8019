package dev.notifykit.apns;

import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import io.netty.handler.codec.http2.StreamBufferingEncoder.Http2ChannelClosedException;
import io.netty.handler.codec.http2.StreamBufferingEncoder.Http2GoAwayException;
import java.io.IOException;

/**
 * What it means that pushy could not bring an answer. The question is only whether Apple may have seen the push. pushy's own exceptions
 * are shared by all failures: they are read here and travel no further.
 */
final class Failures {

    private static final int LONGEST_MESSAGE = 200;

    private Failures() {}

    /**
     * Reads a failure.
     *
     * @param written whether pushy had begun to write it to a connection
     */
    static PushResponse read(Throwable failure, boolean written) {
        // Both are thrown for pushes that waited for a free stream; the first bytes of such a push were never written.
        boolean buffered = failure instanceof Http2GoAwayException || failure instanceof Http2ChannelClosedException;
        if (written && !buffered) {
            return new Unknown(Unknown.Cause.CONNECTION_LOST, describe(failure));
        }
        // pushy's own IOExceptions speak of a connection that ends or is full; a failed connect has a type of its own.
        boolean refused = buffered || failure.getClass() == IOException.class;
        return new Unavailable(refused ? Unavailable.Cause.REFUSED : Unavailable.Cause.NOT_SENT, describe(failure));
    }

    /** The type, and the message where it comes from the network: only that cannot repeat what we have sent. */
    static String describe(Throwable failure) {
        String type = failure.getClass().getSimpleName();
        String message = failure.getMessage();
        if (!(failure instanceof IOException) || message == null) {
            return type;
        }
        return type + ": " + message.substring(0, Math.min(message.length(), LONGEST_MESSAGE));
    }
}
