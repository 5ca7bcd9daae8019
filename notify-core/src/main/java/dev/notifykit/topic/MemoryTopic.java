package dev.notifykit.topic;

import dev.notifykit.device.Scan;
import dev.notifykit.push.TopicName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A topic in memory, with its members in order. Guarded by its store's lock. */
final class MemoryTopic {

    final TopicName name;

    @Nullable
    Instant endsAt;

    private final TreeMap<String, TopicMember> members = new TreeMap<>();

    MemoryTopic(TopicName name, @Nullable Instant endsAt) {
        this.name = name;
        this.endsAt = endsAt;
    }

    boolean hasEnded(Instant now) {
        return endsAt != null && !now.isBefore(endsAt);
    }

    int size() {
        return members.size();
    }

    boolean has(TopicMember member) {
        return members.containsKey(member.position());
    }

    void add(TopicMember member) {
        members.put(member.position(), member);
    }

    boolean remove(TopicMember member) {
        return members.remove(member.position()) != null;
    }

    List<TopicMember> first(int limit) {
        return members.values().stream().limit(limit).toList();
    }

    TopicPage page(Scan scan) {
        List<TopicMember> page = new ArrayList<>();
        String last = null;
        for (Map.Entry<String, TopicMember> next = after(scan); next != null; next = members.higherEntry(last)) {
            if (!next.getKey().startsWith(scan.part())) {
                break;
            }
            if (page.size() == scan.limit()) {
                return new TopicPage(page, last);
            }
            page.add(next.getValue());
            last = next.getKey();
        }
        return new TopicPage(page, null);
    }

    private Map.@Nullable Entry<String, TopicMember> after(Scan scan) {
        String cursor = scan.cursor();
        return cursor == null || cursor.compareTo(scan.part()) < 0
                ? members.ceilingEntry(scan.part())
                : members.higherEntry(cursor);
    }
}
