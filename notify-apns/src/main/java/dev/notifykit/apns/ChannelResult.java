package dev.notifykit.apns;

import dev.notifykit.push.PushResponse;

/**
 * What became of one request about channels.
 *
 * @param <T> what it gives
 */
public sealed interface ChannelResult<T> {

    /**
     * Apple has done it.
     *
     * @param value what Apple gave
     * @param <T> its type
     */
    record Done<T>(T value) implements ChannelResult<T> {

        /** Shows no id. */
        @Override
        public String toString() {
            return "Done";
        }
    }

    /**
     * Apple has not done it, or may not have. Nothing is tried again: whoever asked decides.
     *
     * @param why what was said of this one attempt, never {@link PushResponse.Accepted}: {@link PushResponse.TokenInvalid} when there is no such
     *     channel (any more), {@link PushResponse.Rejected} when the request is wrong or the app has as many channels as Apple allows,
     *     {@link PushResponse.Misconfigured} when the credential is, {@link PushResponse.Throttled} and {@link PushResponse.Unavailable} when it
     *     was surely not done, and {@link PushResponse.Unknown} when it may have been: then {@link ApnsChannels#list()} tells
     * @param <T> what it would have given
     */
    record Failed<T>(PushResponse why) implements ChannelResult<T> {}
}
