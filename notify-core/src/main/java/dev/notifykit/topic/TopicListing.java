package dev.notifykit.topic;

import dev.notifykit.push.TopicName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some topics. Immutable.
 *
 * @param topics in the order of {@link TopicName#digest()}; perhaps none: a page may be empty and not the last
 * @param next where the next page begins; null: this was the last
 */
public record TopicListing(List<TopicName> topics, @Nullable String next) {

    /** Copies the names. */
    public TopicListing {
        topics = List.copyOf(topics);
    }
}
