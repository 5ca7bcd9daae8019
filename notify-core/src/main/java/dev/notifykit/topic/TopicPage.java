package dev.notifykit.topic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some members of a topic. Immutable.
 *
 * @param members in the order of {@link TopicMember#position()}; perhaps none: a page may be empty and not the last
 * @param next where the next page begins: a position; null: this was the last
 */
public record TopicPage(List<TopicMember> members, @Nullable String next) {

    /** Copies the members. */
    public TopicPage {
        members = List.copyOf(members);
    }

    /** Shows how many there are. */
    @Override
    public String toString() {
        return "TopicPage[" + members.size() + (next == null ? ", the last]" : ", not the last]");
    }
}
