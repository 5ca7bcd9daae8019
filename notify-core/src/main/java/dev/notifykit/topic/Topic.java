package dev.notifykit.topic;

import dev.notifykit.push.TopicName;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A topic that is there. Immutable.
 *
 * @param name its name
 * @param endsAt when it ends by itself, by the store's clock, to the millisecond; null: never
 * @param members how many members it has; with members that come and go meanwhile, about as many
 */
public record Topic(TopicName name, @Nullable Instant endsAt, long members) {

    /** Checks the name. */
    public Topic {
        Objects.requireNonNull(name, "name");
    }
}
