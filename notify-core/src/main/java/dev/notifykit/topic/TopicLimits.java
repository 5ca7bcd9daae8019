package dev.notifykit.topic;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What every {@link TopicStore} takes at most, and checks alike. For writers of stores. */
public final class TopicLimits {

    /** As many as FCM takes in one call for its own topics, and some milliseconds of a store's time. */
    public static final int MEMBERS_PER_CALL = 1_000;

    /** As many as FCM lets an installation subscribe to; it keeps one account from collecting topics without end. */
    public static final int DEFAULT_TOPICS_PER_USER = 2_000;

    /** Whatever ends later does not end by itself. */
    public static final Duration LONGEST_LIFE = Duration.ofDays(10 * 366L);

    private TopicLimits() {}

    /**
     * Checks the members of a call.
     *
     * @param members who is meant
     * @return each of them once, in order
     * @throws TooManyMembersException when there are more than {@value #MEMBERS_PER_CALL}
     */
    public static List<TopicMember> members(Collection<? extends TopicMember> members) {
        if (members.size() > MEMBERS_PER_CALL) {
            throw new TooManyMembersException(members.size());
        }
        return members.stream()
                .<TopicMember>map(member -> Objects.requireNonNull(member, "member"))
                .distinct()
                .toList();
    }

    /**
     * Checks how long a topic lives.
     *
     * @param timeToLive for how long; null: until it is deleted
     * @return the same
     * @throws IllegalArgumentException when it is not positive, or longer than {@link #LONGEST_LIFE}
     */
    public static @Nullable Duration timeToLive(@Nullable Duration timeToLive) {
        if (timeToLive != null
                && (timeToLive.isNegative() || timeToLive.isZero() || timeToLive.compareTo(LONGEST_LIFE) > 0)) {
            throw new IllegalArgumentException(
                    "a topic's life must be positive and at most " + LONGEST_LIFE.toDays() + " days, is " + timeToLive);
        }
        return timeToLive;
    }
}
