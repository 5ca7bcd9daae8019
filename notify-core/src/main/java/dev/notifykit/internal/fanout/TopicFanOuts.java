package dev.notifykit.internal.fanout;

import dev.notifykit.device.DeviceStore;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.FanOutConflictException;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.internal.message.MessageRequests;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.message.Message;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.TopicName;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.MessageSink;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.topic.TopicStore;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Messages to topics as fan-outs: each goes by the message's id, and its results go where those of other messages go. */
public final class TopicFanOuts {

    /** The client's own handlers' names begin so. */
    public static final String OWN_NAMES = "notifykit:";

    private static final String HANDLER = OWN_NAMES + "topic";

    private TopicFanOuts() {}

    /**
     * The handler behind all of them.
     *
     * @param topics who is in them
     * @param devices what they have
     * @param lanes all lanes of this client
     * @param sink the host's; null: it has none
     * @return to be registered beside the host's
     */
    public static FanOutHandler handler(
            TopicStore topics, DeviceStore devices, Set<LaneKey> lanes, @Nullable MessageSink sink) {
        FanOutHandler.Builder handler = FanOutHandler.builder(HANDLER)
                .audience(Audience.topics(topics, devices))
                .lanes(lanes.toArray(LaneKey[]::new));
        if (sink != null) {
            handler.sink(
                    rows -> sink.accept(rows.stream().map(TopicFanOuts::result).toList()));
        }
        return handler.build();
    }

    private static DeliveryResult result(RowResult row) {
        return new DeliveryResult(MessageId.of(row.fanOut().value()), row.target(), row.request(), row.result());
    }

    /**
     * Launches a message's fan-out, or joins it. Blocks on the stores.
     *
     * @param fanOuts launches
     * @param message what is said
     * @param topic to whom
     * @param retryPolicy of each of them
     * @return {@code Accepted} with its id, or {@code Rejected} when another fan-out goes by the message's id
     */
    public static SendResult launch(FanOutEngine fanOuts, Message message, TopicName topic, RetryPolicy retryPolicy) {
        FanOutSpec.Builder spec = FanOutSpec.builder(FanOutId.of(message.id().value()), HANDLER, message.notification())
                .parameters(Map.of(Audience.TOPIC_PARAMETER, topic.value()))
                .urgency(message.urgency())
                .stableId(message.stableId())
                .retryPolicy(retryPolicy);
        message.expiresAt().ifPresent(spec::expiresAt);
        String collapseId = MessageRequests.collapseId(message);
        if (collapseId != null) {
            spec.collapseId(collapseId);
        }
        FanOutSpec built = spec.build();
        try {
            return new SendResult.Accepted(fanOuts.launch(built).id().value());
        } catch (FanOutConflictException e) {
            return new SendResult.Rejected("FAN_OUT_CONFLICT", "another fan-out goes by this message's id");
        }
    }
}
