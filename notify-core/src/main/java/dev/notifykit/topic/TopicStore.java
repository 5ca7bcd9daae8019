package dev.notifykit.topic;

import dev.notifykit.device.Scan;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Knows which topics there are, and who is in them.
 *
 * <ul>
 *   <li>A topic is there from its creation, or from the first who subscribes, until it is deleted or its time is over. From that moment on
 *       it is as if it had never been: it has no members, nobody is in it, and who creates it again begins anew. What it leaves in
 *       the store's memory is {@linkplain #prune pruned} separately, whenever there is time.
 *   <li>Members are users, or installations of users; a member is in a topic once, however often it subscribes. A user and an installation of
 *       the same user are two members.
 *   <li>Who is a member all the while that a listing goes on is listed once, whoever comes and goes meanwhile; who comes or goes is listed
 *       once or not at all.
 *   <li>A user has a limited number of subscriptions, devices included. Those that ended in the last minutes may still count.
 * </ul>
 *
 * <p>Whether a member still has a device is the device store's matter: subscriptions of installations that are gone are skipped when something is sent,
 * and found by {@link TopicRepair}.
 *
 * <p><b>Times</b> are the store's clock's. Thread-safe. No method blocks: calls end in the stage they return, on whatever thread the store
 * has. A stage fails with {@link TopicStoreUnavailableException} when the store cannot say, and with an {@link IllegalArgumentException} when the call
 * itself is wrong. Every method may be repeated without another effect. Nothing that is thrown or logged names a user or an
 * installation.
 */
public interface TopicStore extends AutoCloseable {

    /**
     * Creates a topic ahead of its members. One that is there stays as it is.
     *
     * @param topic its name
     * @param timeToLive after how long it ends by itself; null: it does not. At most {@link TopicLimits#LONGEST_LIFE}
     * @return whether it was created: of many who create one at the same time, one is told so
     */
    CompletionStage<Boolean> create(TopicName topic, @Nullable Duration timeToLive);

    /**
     * Says when a topic ends, from now on.
     *
     * @param topic its name
     * @param timeToLive after how long it ends by itself; null: it does not
     * @return whether it is there
     */
    CompletionStage<Boolean> expire(TopicName topic, @Nullable Duration timeToLive);

    /**
     * Ends a topic.
     *
     * @param topic its name
     * @return whether it was there
     */
    CompletionStage<Boolean> delete(TopicName topic);

    /**
     * Looks a topic up.
     *
     * @param topic its name
     * @return what it is, if it is there
     */
    CompletionStage<Optional<Topic>> find(TopicName topic);

    /**
     * Adds members. A topic that is not there is created, without an end.
     *
     * @param topic its name
     * @param members who; at most {@value TopicLimits#MEMBERS_PER_CALL}
     * @return ends when all of them are members; fails with {@link TooManyMembersException}, with {@link TooManyTopicsException} when some
     *     could not be, or with {@link TopicStoreFullException}
     */
    CompletionStage<@Nullable Void> subscribe(TopicName topic, Collection<? extends TopicMember> members);

    /**
     * Removes members.
     *
     * @param topic its name; it may be there or not
     * @param members who; at most {@value TopicLimits#MEMBERS_PER_CALL}
     * @return ends when none of them is a member; fails with {@link TooManyMembersException}
     */
    CompletionStage<@Nullable Void> unsubscribe(TopicName topic, Collection<? extends TopicMember> members);

    /**
     * The topics that a member is in.
     *
     * @param member a user, without devices, or one installation
     * @return their names
     */
    CompletionStage<Set<TopicName>> topicsOf(TopicMember member);

    /**
     * The topics that a user is in, as a user or with any installation.
     *
     * @param user the user
     * @return their names
     */
    CompletionStage<Set<TopicName>> topicsOf(UserId user);

    /**
     * Removes everything that is kept of a user: all subscriptions, as a user or with any installation.
     *
     * @param user the user
     * @return how many that were
     */
    CompletionStage<Integer> erase(UserId user);

    /**
     * Some members of a topic, in the order of {@link TopicMember#position()}.
     *
     * @param topic its name
     * @param scan which part, after which position, and how many. The cursor may also be the first 32 digits of a position: then the page
     *     begins with the first member of that user. The parts go by the first digit of positions
     * @return the members; of a topic that is not there an empty last page
     */
    CompletionStage<TopicPage> members(TopicName topic, Scan scan);

    /**
     * Some topics, in the order of {@link TopicName#digest()}.
     *
     * @param scan which part, after which digest, and how many
     * @return their names
     */
    CompletionStage<TopicListing> topics(Scan scan);

    /**
     * Takes one step of removing what topics that have ended have left behind; nobody can see the difference but by the memory it frees. A
     * topic that ended a moment ago may be left for later.
     *
     * @param limit how many subscriptions it removes at most; from 1 to {@value Scan#MAX_LIMIT}
     * @param dryRun whether they are only counted
     * @return what was removed, or would be
     */
    CompletionStage<PruneReport> prune(int limit, boolean dryRun);

    /** Frees what the store itself has opened. Idempotent. */
    @Override
    void close();
}
