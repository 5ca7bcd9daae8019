package dev.notifykit.internal.queue;

import dev.notifykit.message.Message;
import dev.notifykit.push.TopicName;
import dev.notifykit.result.SendResult;
import java.util.concurrent.CompletionStage;

/** Where messages to a topic go. Thread-safe. */
@FunctionalInterface
public interface TopicRoad {

    /**
     * Launches the fan-out that goes by a message's id; once more it joins it.
     *
     * @param message what is said
     * @param topic to whose members
     * @return {@code Accepted} with the fan-out's id, or why it can never be launched. Fails when it may be tried again
     */
    CompletionStage<SendResult> launch(Message message, TopicName topic);
}
