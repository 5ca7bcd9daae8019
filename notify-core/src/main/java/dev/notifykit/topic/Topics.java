package dev.notifykit.topic;

import dev.notifykit.device.Repair;
import dev.notifykit.device.RepairReport;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A client's topics, as its host uses them: {@link TopicStore}, whose rules hold here too, with futures that complete on the client's callback
 * executor, where what hangs on them may block. What is sent to a topic is a fan-out with the audience {@code Audience.topic}.
 *
 * <p>Thread-safe. A future fails with {@link TopicStoreUnavailableException} when the store cannot say; every call may be repeated.
 */
public interface Topics {

    /**
     * Creates a topic ahead of its members. One that is there stays as it is.
     *
     * @param topic its name
     * @param timeToLive after how long it ends by itself; null: it does not
     * @return whether it was created
     */
    CompletableFuture<Boolean> create(TopicName topic, @Nullable Duration timeToLive);

    /**
     * Says when a topic ends, from now on.
     *
     * @param topic its name
     * @param timeToLive after how long it ends by itself; null: it does not
     * @return whether it is there
     */
    CompletableFuture<Boolean> expire(TopicName topic, @Nullable Duration timeToLive);

    /**
     * Ends a topic.
     *
     * @param topic its name
     * @return whether it was there
     */
    CompletableFuture<Boolean> delete(TopicName topic);

    /**
     * Looks a topic up.
     *
     * @param topic its name
     * @return what it is, if it is there
     */
    CompletableFuture<Optional<Topic>> find(TopicName topic);

    /**
     * Adds members. A topic that is not there is created.
     *
     * @param topic its name
     * @param members who; at most {@value TopicLimits#MEMBERS_PER_CALL}
     * @return completes when all of them are members; fails as {@link TopicStore#subscribe}
     */
    CompletableFuture<@Nullable Void> subscribe(TopicName topic, Collection<? extends TopicMember> members);

    /**
     * Removes members.
     *
     * @param topic its name
     * @param members who; at most {@value TopicLimits#MEMBERS_PER_CALL}
     * @return completes when none of them is a member
     */
    CompletableFuture<@Nullable Void> unsubscribe(TopicName topic, Collection<? extends TopicMember> members);

    /**
     * The topics that a user is in, as a user or with any installation.
     *
     * @param user the user
     * @return their names
     */
    CompletableFuture<Set<TopicName>> of(UserId user);

    /**
     * Makes one step of finding the subscriptions of installations that are gone: {@link TopicRepair}.
     *
     * @param repair where to begin, and whether to remove
     * @return what was found, and where the next step begins
     */
    CompletableFuture<RepairReport> repair(Repair repair);

    /**
     * Takes one step of removing what topics that have ended have left behind. To be called now and then, by one instance or another.
     *
     * @param limit how many subscriptions it removes at most
     * @param dryRun whether they are only counted
     * @return what was removed, or would be
     */
    CompletableFuture<PruneReport> prune(int limit, boolean dryRun);

    /**
     * The store behind it, for listings and audiences. Its stages end on the store's own thread.
     *
     * @return the store; it belongs to the client as it did before
     */
    TopicStore store();
}
