package dev.notifykit.redis;

import dev.notifykit.device.Scan;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.PruneReport;
import dev.notifykit.topic.Topic;
import dev.notifykit.topic.TopicLimits;
import dev.notifykit.topic.TopicListing;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicPage;
import dev.notifykit.topic.TopicStore;
import dev.notifykit.topic.TopicStoreUnavailableException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps topics in Redis, for all instances.
 *
 * <p><b>Where things are.</b> A topic is one small string. Its members lie in sixteen sorted sets, each in a slot of its own, in the order of their
 * positions, so that a listing goes on after any of them, and no list is a cluster's one hot key. What a user is in stands on a list of the
 * user's, which serves erasing and asking; the truth is the topic's.
 *
 * <p><b>How a topic ends at once.</b> Each time it is created a topic draws a generation at random, which is part of the keys of its members.
 * A topic without its string, or after its time, has no generation and so no members; one that is created again has others. What an
 * ended generation leaves behind is on a list by the time of its end, and pruned from there.
 *
 * <p><b>How topic and user agree although no script sees both.</b> Who subscribes is noted on the user's list first, with the time, and added to the
 * topic then; who unsubscribes is removed from the topic first. So whoever is in a topic is on the list; what is on a list only is left over,
 * skipped by whoever asks, and freed when it is older than any call under way may be. An erased user's list, which nobody would ever look at
 * again, is remembered until then, and looked at by {@link #prune}.
 *
 * <p>All scripts may be run again. Thread-safe. Calls that come at the same time ride together, each round in one pipeline. Stages end on the
 * store's own thread ({@code notify-redis-topics}): what hangs on them must not block. Every stage ends within the timeout of the settings,
 * exceptionally with {@link TopicStoreUnavailableException}, also when what is stored is damaged or from a newer build. The clock is Redis's.
 */
final class RedisTopicStore implements TopicStore {

    private static final int GENERATION_BYTES = 8;

    private final TopicQuestions ask;
    private final TopicSubscriptions subscriptions;
    private final TopicReads reads;
    private final Talks talks;
    private final SecureRandom random = new SecureRandom();

    /**
     * A store.
     *
     * @param redis runs scripts, as {@link RedisLink#runAll}
     */
    RedisTopicStore(
            Function<List<ScriptCall>, List<Object>> redis, RedisSettings settings, Clock clock, int topicsPerUser) {
        ask = new TopicQuestions(new RedisKeys(settings), clock);
        subscriptions = new TopicSubscriptions(ask, topicsPerUser);
        reads = new TopicReads(ask);
        talks = new Talks("notify-redis-topics", redis, settings.timeout(), RedisTopicStore::unavailable);
    }

    @Override
    public CompletionStage<Boolean> create(TopicName topic, @Nullable Duration timeToLive) {
        return talks.add(() -> ask.create(topic, generation(), TopicLimits.timeToLive(timeToLive))
                .map(TopicQuestions.Created::now));
    }

    @Override
    public CompletionStage<Boolean> expire(TopicName topic, @Nullable Duration timeToLive) {
        return talks.add(() -> ask.expire(topic.digest(), TopicLimits.timeToLive(timeToLive)));
    }

    @Override
    public CompletionStage<Boolean> delete(TopicName topic) {
        return talks.add(() ->
                ask.look(topic.digest()).then(known -> known.isEmpty() ? Talk.say(false) : ask.delete(known.get())));
    }

    @Override
    public CompletionStage<Optional<Topic>> find(TopicName topic) {
        return talks.add(() -> reads.find(topic));
    }

    @Override
    public CompletionStage<@Nullable Void> subscribe(TopicName topic, Collection<? extends TopicMember> members) {
        return end(talks.add(() -> {
            List<TopicMember> all = TopicLimits.members(members);
            return all.isEmpty() ? Talk.say(true) : subscriptions.subscribe(topic, generation(), all);
        }));
    }

    @Override
    public CompletionStage<@Nullable Void> unsubscribe(TopicName topic, Collection<? extends TopicMember> members) {
        return end(talks.add(() -> {
            List<TopicMember> all = TopicLimits.members(members);
            return all.isEmpty() ? Talk.say(true) : subscriptions.unsubscribe(topic, all);
        }));
    }

    @Override
    public CompletionStage<Set<TopicName>> topicsOf(TopicMember member) {
        String position = Subscription.at("", "", member.position()).position();
        return talks.add(() -> subscriptions.topicsOf(
                member.user(), listed -> listed.position().equals(position)));
    }

    @Override
    public CompletionStage<Set<TopicName>> topicsOf(UserId user) {
        return talks.add(() -> subscriptions.topicsOf(user, listed -> true));
    }

    @Override
    public CompletionStage<Integer> erase(UserId user) {
        return talks.add(() -> subscriptions.erase(RedisKeys.digest(user)));
    }

    @Override
    public CompletionStage<TopicPage> members(TopicName topic, Scan scan) {
        return talks.add(() -> reads.members(topic, scan));
    }

    @Override
    public CompletionStage<TopicListing> topics(Scan scan) {
        return talks.add(() -> reads.topics(scan));
    }

    @Override
    public CompletionStage<PruneReport> prune(int limit, boolean dryRun) {
        return talks.add(() -> new TopicPruning(ask, subscriptions, limit, dryRun).start());
    }

    /** Ends all stages, and its thread; what is stored stays in Redis. Idempotent. */
    @Override
    public void close() {
        talks.close();
    }

    /** Ends what has waited for too long. To be called every now and then. */
    void endOverdue() {
        talks.endOverdue();
    }

    /** A stage that depends on another would wrap its failure. */
    private static CompletionStage<@Nullable Void> end(CompletionStage<Boolean> call) {
        CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        call.whenComplete((done, failure) -> {
            if (failure == null) {
                end.complete(null);
            } else {
                end.completeExceptionally(failure);
            }
        });
        return end;
    }

    private String generation() {
        byte[] generation = new byte[GENERATION_BYTES];
        random.nextBytes(generation);
        return HexFormat.of().formatHex(generation);
    }

    private static TopicStoreUnavailableException unavailable(RedisFailure failure) {
        return new TopicStoreUnavailableException(Objects.requireNonNull(failure.getMessage()), failure);
    }
}
