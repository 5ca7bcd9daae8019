package dev.notifykit.testkit.contract;

import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.TopicMember;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rules of a topic store, said once more and as plainly as can be. */
final class TopicReference {

    private final List<TopicMember> everybody;
    private final Map<TopicName, Entry> topics = new HashMap<>();
    private Duration elapsed = Duration.ZERO;

    private static final class Entry {

        private final Set<TopicMember> members = new HashSet<>();
        private @Nullable Duration end;
    }

    /**
     * Without topics.
     *
     * @param everybody who may ever be a member, in the order of lists
     */
    TopicReference(List<TopicMember> everybody) {
        this.everybody = everybody;
    }

    void passTime(Duration by) {
        elapsed = elapsed.plus(by);
        topics.values().removeIf(entry -> entry.end != null && elapsed.compareTo(entry.end) >= 0);
    }

    boolean create(TopicName topic, @Nullable Duration timeToLive) {
        if (topics.containsKey(topic)) {
            return false;
        }
        topics.put(topic, new Entry());
        expire(topic, timeToLive);
        return true;
    }

    boolean expire(TopicName topic, @Nullable Duration timeToLive) {
        Entry entry = topics.get(topic);
        if (entry != null) {
            entry.end = timeToLive == null ? null : elapsed.plus(timeToLive);
        }
        return entry != null;
    }

    boolean delete(TopicName topic) {
        return topics.remove(topic) != null;
    }

    void subscribe(TopicName topic, Collection<TopicMember> members) {
        if (!members.isEmpty()) {
            topics.computeIfAbsent(topic, name -> new Entry()).members.addAll(members);
        }
    }

    void unsubscribe(TopicName topic, Collection<TopicMember> members) {
        Entry entry = topics.get(topic);
        if (entry != null) {
            entry.members.removeAll(members);
        }
    }

    int erase(UserId user) {
        int before = topics.values().stream().mapToInt(e -> e.members.size()).sum();
        topics.values().forEach(entry -> entry.members.removeIf(m -> m.user().equals(user)));
        return before - topics.values().stream().mapToInt(e -> e.members.size()).sum();
    }

    Set<TopicName> topics() {
        return Set.copyOf(topics.keySet());
    }

    boolean hasEnd(TopicName topic) {
        Entry entry = topics.get(topic);
        return entry != null && entry.end != null;
    }

    List<TopicMember> members(TopicName topic) {
        Entry entry = topics.get(topic);
        return entry == null
                ? List.of()
                : everybody.stream().filter(entry.members::contains).toList();
    }

    Set<TopicName> topicsOf(Predicate<TopicMember> which) {
        return topics.entrySet().stream()
                .filter(topic -> topic.getValue().members.stream().anyMatch(which))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
