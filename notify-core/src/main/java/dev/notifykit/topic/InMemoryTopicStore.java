package dev.notifykit.topic;

import dev.notifykit.device.Scan;
import dev.notifykit.push.Problems;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps topics in the memory of this JVM, and loses them with it: for one instance whose host can fill it again, and for tests.
 * Thread-safe, with one lock, held for one call of bounded size; all stages it returns have ended. The clock is the one given; it belongs to
 * whoever gave it.
 *
 * <p>It holds {@link Builder#maxSubscriptions} topics and subscriptions together; then {@link #subscribe} and {@link #create} fail with
 * {@link TopicStoreFullException}, unless topics that have ended make place. A topic that is deleted frees its memory at once.
 */
public final class InMemoryTopicStore implements TopicStore {

    /** About 100 MB: more belongs in a store that outlives the JVM. */
    public static final int DEFAULT_MAX_SUBSCRIPTIONS = 200_000;

    private static final Pattern POSITION = Pattern.compile("[0-9a-f]{32}(\\.([0-9a-f]{32})?)?");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{32}");

    private final Object lock = new Object();
    private final TimeSource time;
    private final int maxSubscriptions;
    private final int topicsPerUser;
    private final TreeMap<String, MemoryTopic> topics = new TreeMap<>();
    private final Map<UserId, Set<Subscription>> byUser = new HashMap<>();
    private int held;

    private record Subscription(MemoryTopic topic, TopicMember member) {}

    /**
     * An empty store with the default bounds.
     *
     * @param time what ends topics
     */
    public InMemoryTopicStore(TimeSource time) {
        this(builder(time));
    }

    private InMemoryTopicStore(Builder b) {
        time = b.time;
        maxSubscriptions = b.maxSubscriptions;
        topicsPerUser = b.topicsPerUser;
    }

    /**
     * Starts from the defaults.
     *
     * @param time what ends topics
     * @return a new builder
     */
    public static Builder builder(TimeSource time) {
        return new Builder(time);
    }

    @Override
    public CompletionStage<Boolean> create(TopicName topic, @Nullable Duration timeToLive) {
        return answer(() -> {
            Instant end = end(timeToLive);
            if (alive(topic) != null) {
                return false;
            }
            makeRoom(1);
            added(topic, end);
            return true;
        });
    }

    @Override
    public CompletionStage<Boolean> expire(TopicName topic, @Nullable Duration timeToLive) {
        return answer(() -> {
            Instant end = end(timeToLive);
            MemoryTopic known = alive(topic);
            if (known != null) {
                known.endsAt = end;
            }
            return known != null;
        });
    }

    @Override
    public CompletionStage<Boolean> delete(TopicName topic) {
        return answer(() -> {
            MemoryTopic known = alive(topic);
            if (known != null) {
                drop(known);
            }
            return known != null;
        });
    }

    @Override
    public CompletionStage<Optional<Topic>> find(TopicName topic) {
        return answer(
                () -> Optional.ofNullable(alive(topic)).map(known -> new Topic(topic, known.endsAt, known.size())));
    }

    @Override
    public CompletionStage<@Nullable Void> subscribe(TopicName topic, Collection<? extends TopicMember> members) {
        return answer(() -> {
            List<TopicMember> all = TopicLimits.members(members);
            MemoryTopic known = alive(topic);
            List<TopicMember> added = new ArrayList<>();
            Map<UserId, Integer> room = new HashMap<>();
            int refused = 0;
            for (TopicMember member : all) {
                if (known == null || !known.has(member)) {
                    int left = room.computeIfAbsent(member.user(), this::room);
                    room.put(member.user(), Math.max(0, left - 1));
                    refused += left > 0 ? 0 : 1;
                    if (left > 0) {
                        added.add(member);
                    }
                }
            }
            if (!all.isEmpty()) {
                makeRoom(added.size() + (known == null ? 1 : 0));
                MemoryTopic target = known == null ? added(topic, null) : known;
                added.forEach(member -> add(target, member));
            }
            if (refused > 0) {
                throw new TooManyTopicsException(refused, topicsPerUser);
            }
            return null;
        });
    }

    @Override
    public CompletionStage<@Nullable Void> unsubscribe(TopicName topic, Collection<? extends TopicMember> members) {
        return answer(() -> {
            List<TopicMember> all = TopicLimits.members(members);
            MemoryTopic known = alive(topic);
            if (known != null) {
                all.forEach(member -> remove(known, member));
            }
            return null;
        });
    }

    @Override
    public CompletionStage<Set<TopicName>> topicsOf(TopicMember member) {
        return topicsOf(member.user(), subscription -> subscription.member().equals(member));
    }

    @Override
    public CompletionStage<Set<TopicName>> topicsOf(UserId user) {
        return topicsOf(user, subscription -> true);
    }

    private CompletionStage<Set<TopicName>> topicsOf(UserId user, Predicate<Subscription> which) {
        return answer(() -> of(user).stream()
                .filter(which)
                .map(subscription -> subscription.topic().name)
                .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public CompletionStage<Integer> erase(UserId user) {
        return answer(() -> {
            int count = of(user).size();
            List.copyOf(byUser.getOrDefault(user, Set.of())).forEach(s -> remove(s.topic(), s.member()));
            return count;
        });
    }

    @Override
    public CompletionStage<TopicPage> members(TopicName topic, Scan scan) {
        return answer(() -> {
            checkCursor(scan, POSITION);
            MemoryTopic known = alive(topic);
            return known == null ? new TopicPage(List.of(), null) : known.page(scan);
        });
    }

    @Override
    public CompletionStage<TopicListing> topics(Scan scan) {
        return answer(() -> {
            checkCursor(scan, DIGEST);
            Instant now = now();
            List<TopicName> page = new ArrayList<>();
            String last = scan.cursor() == null ? scan.part() : scan.cursor();
            for (Map.Entry<String, MemoryTopic> each :
                    topics.tailMap(last, false).entrySet()) {
                if (!each.getKey().startsWith(scan.part())) {
                    break;
                }
                if (page.size() == scan.limit()) {
                    return new TopicListing(page, last);
                }
                if (!each.getValue().hasEnded(now)) {
                    page.add(each.getValue().name);
                    last = each.getKey();
                }
            }
            return new TopicListing(page, null);
        });
    }

    @Override
    public CompletionStage<PruneReport> prune(int limit, boolean dryRun) {
        return answer(() -> {
            Scan.all().limit(limit); // the same bounds
            return pruned(limit, dryRun);
        });
    }

    /** Does nothing: what is kept can still be asked for. */
    @Override
    public void close() {
        // Nothing was opened.
    }

    private PruneReport pruned(int limit, boolean dryRun) {
        Instant now = now();
        int gone = 0;
        int removed = 0;
        for (MemoryTopic topic :
                topics.values().stream().filter(t -> t.hasEnded(now)).toList()) {
            List<TopicMember> some = topic.first(limit - removed);
            removed += some.size();
            boolean whole = some.size() == topic.size();
            if (!dryRun) {
                some.forEach(member -> remove(topic, member));
                if (whole) {
                    drop(topic);
                }
            }
            gone += whole ? 1 : 0;
            if (!whole) {
                return new PruneReport(gone, removed, true);
            }
        }
        return new PruneReport(gone, removed, false);
    }

    private Instant now() {
        return time.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private @Nullable Instant end(@Nullable Duration timeToLive) {
        Duration life = TopicLimits.timeToLive(timeToLive);
        return life == null ? null : time.now().plus(life).truncatedTo(ChronoUnit.MILLIS);
    }

    private @Nullable MemoryTopic alive(TopicName name) {
        MemoryTopic topic = topics.get(name.digest());
        return topic == null || topic.hasEnded(now()) ? null : topic;
    }

    private List<Subscription> of(UserId user) {
        Instant now = now();
        return byUser.getOrDefault(user, Set.of()).stream()
                .filter(subscription -> !subscription.topic().hasEnded(now))
                .toList();
    }

    private int room(UserId user) {
        return topicsPerUser - of(user).size();
    }

    private void makeRoom(int more) {
        if (held + more > maxSubscriptions) {
            pruned(Integer.MAX_VALUE, false);
        }
        if (held + more > maxSubscriptions) {
            throw new TopicStoreFullException(maxSubscriptions);
        }
    }

    /** In place of one that has ended, perhaps. */
    private MemoryTopic added(TopicName name, @Nullable Instant endsAt) {
        MemoryTopic before = topics.get(name.digest());
        if (before != null) {
            drop(before);
        }
        MemoryTopic topic = new MemoryTopic(name, endsAt);
        topics.put(name.digest(), topic);
        held++;
        return topic;
    }

    private void drop(MemoryTopic topic) {
        topic.first(topic.size()).forEach(member -> remove(topic, member));
        topics.remove(topic.name.digest());
        held--;
    }

    private void add(MemoryTopic topic, TopicMember member) {
        topic.add(member);
        byUser.computeIfAbsent(member.user(), user -> new LinkedHashSet<>(2)).add(new Subscription(topic, member));
        held++;
    }

    private void remove(MemoryTopic topic, TopicMember member) {
        if (topic.remove(member)) {
            byUser.computeIfPresent(member.user(), (user, subscriptions) -> {
                subscriptions.remove(new Subscription(topic, member));
                return subscriptions.isEmpty() ? null : subscriptions;
            });
            held--;
        }
    }

    private static void checkCursor(Scan scan, Pattern form) {
        if (scan.cursor() != null && !form.matcher(scan.cursor()).matches()) {
            throw new IllegalArgumentException("the cursor of a listing is one that a page has named");
        }
    }

    private <T extends @Nullable Object> CompletionStage<T> answer(Supplier<T> call) {
        synchronized (lock) {
            try {
                return CompletableFuture.completedStage(call.get());
            } catch (IllegalArgumentException | TooManyTopicsException | TopicStoreUnavailableException e) {
                return CompletableFuture.failedStage(e);
            }
        }
    }

    /** Builds an {@link InMemoryTopicStore}. Not thread-safe. */
    public static final class Builder {

        private final TimeSource time;
        private int maxSubscriptions = DEFAULT_MAX_SUBSCRIPTIONS;
        private int topicsPerUser = TopicLimits.DEFAULT_TOPICS_PER_USER;

        private Builder(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
        }

        /**
         * How many topics and subscriptions it holds, together; {@value InMemoryTopicStore#DEFAULT_MAX_SUBSCRIPTIONS} when not set.
         *
         * @param value positive
         * @return this
         */
        public Builder maxSubscriptions(int value) {
            maxSubscriptions = value;
            return this;
        }

        /**
         * How many subscriptions a user has at most, devices included; {@value TopicLimits#DEFAULT_TOPICS_PER_USER} when not set.
         *
         * @param value positive
         * @return this
         */
        public Builder topicsPerUser(int value) {
            topicsPerUser = value;
            return this;
        }

        /**
         * Builds the store.
         *
         * @return an empty store
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public InMemoryTopicStore build() {
            Problems problems = new Problems("InMemoryTopicStore");
            problems.require(
                    maxSubscriptions > 0,
                    "maxSubscriptions",
                    "must be positive, is " + maxSubscriptions,
                    "200,000 take some 100 MB");
            problems.require(
                    topicsPerUser > 0, "topicsPerUser", "must be positive, is " + topicsPerUser, "2,000 are usual");
            problems.throwIfAny();
            return new InMemoryTopicStore(this);
        }
    }
}
