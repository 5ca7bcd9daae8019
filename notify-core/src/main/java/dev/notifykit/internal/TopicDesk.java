package dev.notifykit.internal;

import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.Repair;
import dev.notifykit.device.RepairReport;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.PruneReport;
import dev.notifykit.topic.Topic;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicRepair;
import dev.notifykit.topic.TopicStore;
import dev.notifykit.topic.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The client's topics as the host sees them. */
record TopicDesk(TopicStore store, DeviceStore devices, HostFutures futures) implements Topics {

    @Override
    public CompletableFuture<Boolean> create(TopicName topic, @Nullable Duration timeToLive) {
        return futures.of(store.create(topic, timeToLive));
    }

    @Override
    public CompletableFuture<Boolean> expire(TopicName topic, @Nullable Duration timeToLive) {
        return futures.of(store.expire(topic, timeToLive));
    }

    @Override
    public CompletableFuture<Boolean> delete(TopicName topic) {
        return futures.of(store.delete(topic));
    }

    @Override
    public CompletableFuture<Optional<Topic>> find(TopicName topic) {
        return futures.of(store.find(topic));
    }

    @Override
    public CompletableFuture<@Nullable Void> subscribe(TopicName topic, Collection<? extends TopicMember> members) {
        return futures.of(store.subscribe(topic, members));
    }

    @Override
    public CompletableFuture<@Nullable Void> unsubscribe(TopicName topic, Collection<? extends TopicMember> members) {
        return futures.of(store.unsubscribe(topic, members));
    }

    @Override
    public CompletableFuture<Set<TopicName>> of(UserId user) {
        return futures.of(store.topicsOf(user));
    }

    @Override
    public CompletableFuture<RepairReport> repair(Repair repair) {
        return futures.of(new TopicRepair(store, devices).step(repair));
    }

    @Override
    public CompletableFuture<PruneReport> prune(int limit, boolean dryRun) {
        return futures.of(store.prune(limit, dryRun));
    }
}
