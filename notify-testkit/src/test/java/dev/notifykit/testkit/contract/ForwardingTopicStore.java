package dev.notifykit.testkit.contract;

import dev.notifykit.device.Scan;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.PruneReport;
import dev.notifykit.topic.Topic;
import dev.notifykit.topic.TopicListing;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicPage;
import dev.notifykit.topic.TopicStore;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A sound store, for subclasses that break one rule of it. */
class ForwardingTopicStore implements TopicStore {

    final TopicStore sound;

    ForwardingTopicStore(TopicStore sound) {
        this.sound = sound;
    }

    @Override
    public CompletionStage<Boolean> create(TopicName topic, @Nullable Duration timeToLive) {
        return sound.create(topic, timeToLive);
    }

    @Override
    public CompletionStage<Boolean> expire(TopicName topic, @Nullable Duration timeToLive) {
        return sound.expire(topic, timeToLive);
    }

    @Override
    public CompletionStage<Boolean> delete(TopicName topic) {
        return sound.delete(topic);
    }

    @Override
    public CompletionStage<Optional<Topic>> find(TopicName topic) {
        return sound.find(topic);
    }

    @Override
    public CompletionStage<@Nullable Void> subscribe(TopicName topic, Collection<? extends TopicMember> members) {
        return sound.subscribe(topic, members);
    }

    @Override
    public CompletionStage<@Nullable Void> unsubscribe(TopicName topic, Collection<? extends TopicMember> members) {
        return sound.unsubscribe(topic, members);
    }

    @Override
    public CompletionStage<Set<TopicName>> topicsOf(TopicMember member) {
        return sound.topicsOf(member);
    }

    @Override
    public CompletionStage<Set<TopicName>> topicsOf(UserId user) {
        return sound.topicsOf(user);
    }

    @Override
    public CompletionStage<Integer> erase(UserId user) {
        return sound.erase(user);
    }

    @Override
    public CompletionStage<TopicPage> members(TopicName topic, Scan scan) {
        return sound.members(topic, scan);
    }

    @Override
    public CompletionStage<TopicListing> topics(Scan scan) {
        return sound.topics(scan);
    }

    @Override
    public CompletionStage<PruneReport> prune(int limit, boolean dryRun) {
        return sound.prune(limit, dryRun);
    }

    @Override
    public void close() {
        sound.close();
    }
}
