package dev.notifykit.apns;

import dev.notifykit.apns.ApnsChannel.Storage;
import dev.notifykit.apns.ChannelCall.Question;
import dev.notifykit.http2.Http2End;
import dev.notifykit.push.PushResponse.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The broadcast channels of one app, for Live Activities that many people follow; iOS 18 and later. Got from
 * {@link ApnsPushService#channels}; what is said on a channel is sent like any other push, see {@link ApnsChannel}. Apple allows 10,000 channels
 * for an app and environment: one that is not needed any more is to be deleted.
 *
 * <p>Requests go to a host of their own, over a connection that the first of them opens. Nothing is tried again here. Thread-safe; no method
 * blocks. Futures complete within the service's attempt timeout and a twentieth of it, on a connection's thread, or the timer's; they fail for a
 * programming error alone. Ends with its service.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/sending-channel-management-requests-to-apns">Sending channel
 *     management requests to APNs</a>
 */
public final class ApnsChannels {

    private static final byte[] NO_BODY = {};
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;

    private final Wire wire;
    private final String bundleId;

    ApnsChannels(Wire wire, String bundleId) {
        this.wire = wire;
        this.bundleId = Objects.requireNonNull(bundleId, "bundleId");
    }

    /**
     * Makes a channel. When it is not known whether it was made ({@link dev.notifykit.push.PushResponse.Unknown}), there may be one that nobody
     * knows of but {@link #list()}.
     *
     * @param storage what becomes of a push for a device that cannot be reached; can never be changed
     * @return the new channel
     */
    public CompletableFuture<ChannelResult<ApnsChannel>> create(Storage storage) {
        String body = "{\"message-storage-policy\":" + storage.wire() + ",\"push-type\":\"LiveActivity\"}";
        return ask(new Question<>(
                "POST",
                path("channels"),
                null,
                body.getBytes(StandardCharsets.US_ASCII),
                CREATED,
                answer -> channel(answer.header("apns-channel-id"), storage)));
    }

    /**
     * Looks a channel up.
     *
     * @param channelId its id
     * @return the channel, with what was chosen when it was made
     */
    public CompletableFuture<ChannelResult<ApnsChannel>> read(String channelId) {
        return ask(new Question<>(
                "GET", path("channels"), Objects.requireNonNull(channelId, "channelId"), NO_BODY, OK, answer -> {
                    Object policy = AppleBody.read(answer.body()).get("message-storage-policy");
                    for (Storage storage : Storage.values()) {
                        if (policy instanceof Number number && number.intValue() == storage.wire()) {
                            return channel(channelId, storage);
                        }
                    }
                    return null;
                }));
    }

    /**
     * Deletes a channel, for good. Apple may still deliver what it has kept.
     *
     * @param channelId its id
     * @return the id of what is no more
     */
    public CompletableFuture<ChannelResult<String>> delete(String channelId) {
        return ask(new Question<>(
                "DELETE",
                path("channels"),
                Objects.requireNonNull(channelId, "channelId"),
                NO_BODY,
                NO_CONTENT,
                answer -> channelId));
    }

    /**
     * Lists all channels of the app in this environment.
     *
     * @return their ids, in Apple's order
     */
    public CompletableFuture<ChannelResult<List<String>>> list() {
        return ask(new Question<>("GET", path("all-channels"), null, NO_BODY, OK, ApnsChannels::ids));
    }

    private String path(String what) {
        return "/1/apps/" + bundleId + "/" + what;
    }

    private <T> CompletableFuture<ChannelResult<T>> ask(Question<T> question) {
        String topicProblem = BroadcastEncoder.bundleIdProblem(bundleId);
        if (topicProblem != null) {
            return failed("INVALID_TOPIC", topicProblem);
        }
        if (question.channelId() != null && !ApnsChannel.wellFormed(question.channelId())) {
            return failed("INVALID_CHANNEL", "channelId: is Base64, as Apple gave it out");
        }
        return wire.ask(question);
    }

    private static <T> CompletableFuture<ChannelResult<T>> failed(String reason, String detail) {
        return CompletableFuture.completedFuture(new ChannelResult.Failed<>(new Rejected(reason, detail)));
    }

    private static @Nullable ApnsChannel channel(@Nullable String id, Storage storage) {
        return id != null && ApnsChannel.wellFormed(id) ? new ApnsChannel(id, storage) : null;
    }

    private static @Nullable List<String> ids(Http2End.Response answer) {
        Map<String, Object> body = AppleBody.read(answer.body());
        if (!(body.get("channels") instanceof List<?> channels)) {
            return null;
        }
        List<String> ids = new ArrayList<>(channels.size());
        for (Object each : channels) {
            if (!(each instanceof String id)) {
                return null;
            }
            ids.add(id);
        }
        return List.copyOf(ids);
    }

    /** Shows the app. */
    @Override
    public String toString() {
        return "ApnsChannels[" + bundleId + "]";
    }
}
